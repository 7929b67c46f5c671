package dev.tesuji.compute;

import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Log-probabilities and entropies from logits, and the backward pass: the one definition that
/// everything uses.
///
/// ```
/// log π(y) = l[y] / T - log Σ_v exp(l[v] / T)          H = - Σ_v π(v) log π(v)
/// ∂ log π(y) / ∂ l[v] = ([v = y] - π(v)) / T       ∂H / ∂ l[v] = -π(v) (log π(v) + H) / T
/// ```
///
/// The gradient is written out instead of recorded, so that one matrix of the size of the logits
/// does (two, where libtorch computes) where libtorch's own way keeps five.
public interface TokenScores {
  /// Returns log π of the tokens, `[n]`, without history.
  Tensor logProbs();

  /// Returns the entropy of each row's distribution in nats, `[n]`.
  Tensor entropies();

  /// Returns log π of each row's most likely token, `[n]`.
  Tensor highest();

  /// Takes the gradient of a loss back to the logits. Can be called once: it works in their memory.
  ///
  /// @param gradient of the loss at [#logProbs], `[n]`
  /// @return that at the logits, `[n, V]`
  default Tensor gradient(Tensor gradient) {
    return gradient(gradient, null);
  }

  /// Takes the gradient of a loss of log-probabilities and entropies back to the logits. Can be
  /// called once.
  ///
  /// @param gradient of the loss at [#logProbs], `[n]`
  /// @param entropyGradient that at [#entropies], `[n]`; null where the loss has none of them
  /// @return that at the logits, `[n, V]`
  Tensor gradient(Tensor gradient, @Nullable Tensor entropyGradient);
}
