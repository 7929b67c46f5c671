package dev.tesuji.policy;

import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// Log-probabilities and entropies from logits: the one definition that everything uses.
public final class TokenScores {
  private TokenScores() {}

  /// Returns log softmax(logits) at the targets: logits[target] - log Σ exp(logits).
  ///
  /// @param logits float32 `[..., V]`, already divided by the temperature
  /// @param targets int64 `[...]`, or `[..., K]` for K targets per position
  /// @return float32, of the shape of the targets
  public static Tensor logProbs(Tensor logits, Tensor targets) {
    if (targets.rank() == logits.rank()) {
      return logits.gather(-1, targets).sub(logits.logSumExp(-1, true));
    }
    Tensor chosen = logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    return chosen.sub(logits.logSumExp(-1, false));
  }

  /// Returns the entropy of each row's distribution in nats: log Σ exp(l) - Σ softmax(l) l.
  ///
  /// @param logits float32 `[..., V]`
  /// @return float32 `[...]`, without gradient
  public static Tensor entropy(Tensor logits) {
    try (Scope scope = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor expected = logits.softmax(-1).mul(logits).sum(-1);
      return scope.keep(logits.logSumExp(-1, false).sub(expected));
    }
  }
}
