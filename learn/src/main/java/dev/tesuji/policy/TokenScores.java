package dev.tesuji.policy;

import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;

/// Log-probabilities and entropies from logits, and the way back: the one definition that
/// everything uses.
///
/// ```
/// log π(y) = l[y] - log Σ_v exp(l[v])          H = - Σ_v π(v) log π(v)
/// ∂ log π(y) / ∂ l[v] = [v = y] - π(v)
/// ```
///
/// The gradient is written out instead of recorded, so that two matrices of the size of the logits
/// do where libtorch's own way keeps five.
public final class TokenScores {
  private final Tensor targets; // int64 [n, 1]
  private final Tensor logProbs; // [n]
  private final Tensor entropies; // [n]
  private final Tensor highest; // [n]
  private final Tensor probabilities; // [n, V]

  /// Scores tokens.
  ///
  /// @param logits float32 or float64 `[n, V]`, already divided by the temperature
  /// @param targets the tokens, int64 `[n]`
  public TokenScores(Tensor logits, Tensor targets) {
    this.targets = targets.unsqueeze(1);
    try (NoGrad _ = NoGrad.on();
        Tensor all = logits.logSoftmax(1)) {
      logProbs = all.gather(1, this.targets).squeeze(1);
      highest = all.max(1, false);
      probabilities = all.exp();
      entropies = probabilities.unsqueeze(1).matmul(all.unsqueeze(2)).squeeze(2).squeeze(1).neg();
    }
  }

  /// Returns log π of the tokens, `[n]`, without history.
  public Tensor logProbs() {
    return logProbs;
  }

  /// Returns the entropy of each row's distribution in nats, `[n]`.
  public Tensor entropies() {
    return entropies;
  }

  /// Returns log π of each row's most likely token, `[n]`.
  public Tensor highest() {
    return highest;
  }

  /// Takes the gradient of a loss back to the logits. Can be called once: it needs the memory of
  /// the probabilities.
  ///
  /// @param gradient of the loss at [#logProbs], `[n]`
  /// @return that at the logits, `[n, V]`
  public Tensor gradient(Tensor gradient) {
    try (NoGrad _ = NoGrad.on()) {
      Tensor column = gradient.unsqueeze(1);
      return probabilities.mulBy_(column.neg()).scatterAdd_(1, targets, column);
    }
  }
}
