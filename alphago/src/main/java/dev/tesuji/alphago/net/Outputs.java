package dev.tesuji.alphago.net;

import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// The outputs of a network for a batch of states, float32, as the player whose turn it is sees
/// them.
///
/// @param policy logits of actions `[B, A]`, illegal ones too
/// @param value logit `[B]` of winning; a draw is half a win
/// @param score `[B]`, the points by which the player wins, in units of [#SCORE_UNIT]
/// @param ownership logits `[B, cells]` of each cell being the player's in the end
public record Outputs(Tensor policy, Tensor value, Tensor score, Tensor ownership) {
  /// The points that a score of 1 stands for.
  public static final double SCORE_UNIT = 10;

  /// Hands all of them to the scope around one.
  Outputs keptBy(Scope scope) {
    return new Outputs(
        scope.keep(policy), scope.keep(value), scope.keep(score), scope.keep(ownership));
  }
}
