package dev.tesuji.alphago.learn;

import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;

/// A state to learn from, as the player whose turn it is sees it.
///
/// @param state the state
/// @param policy what the policy should be, one share for each action; its sum may be a weight
///   other than 1 (an advantage); empty for nothing to learn
/// @param outcome how the game ended, as the first player sees it
@SuppressWarnings("ArrayRecordComponent") // never changed
public record Example(GameState state, float[] policy, Outcome outcome) {
  /// Makes one whose policy is an action.
  public static Example of(GameState state, int action, float weight, Outcome outcome) {
    float[] policy = new float[state.game().actions()];
    policy[action] = weight;
    return new Example(state, policy, outcome);
  }

  /// Returns the result, from -1 to 1.
  float value() {
    return outcome.value() * state.toMove();
  }

  /// Returns the points by which the player wins.
  double score() {
    return outcome.score() * state.toMove();
  }
}
