package dev.tesuji.alphago.learn;

import dev.tesuji.tensor.Tensor;

/// REINFORCE with a KL term, as a pure function of tensors.
///
/// ```
/// L = - A log p(a) + β Σ_b p(b) (log p(b) - log p_ref(b))
/// ```
///
/// AlphaGo's policy gradient ([Silver et al., 2016](https://doi.org/10.1038/nature16961), eq. 4)
/// with the result of the game as A, less its mean.
public final class PolicyGradientLoss {
  private PolicyGradientLoss() {}

  /// Returns -A log p(a), `[B]`.
  ///
  /// @param logPolicy `[B, A]`
  /// @param weighted `[B, A]`, the advantage at the action that was played, else 0
  public static Tensor surrogate(Tensor logPolicy, Tensor weighted) {
    return logPolicy.mul(weighted).sum(1).neg();
  }

  /// Returns Σ_b p(b) (log p(b) - log p_ref(b)), `[B]`. Illegal actions add nothing.
  public static Tensor kl(Tensor logPolicy, Tensor reference) {
    return logPolicy.exp().mul(logPolicy.sub(reference)).sum(1);
  }

  /// Returns advantages: results less their mean.
  ///
  /// @param results of games, from -1 to 1
  public static double[] advantages(double[] results) {
    double mean = java.util.Arrays.stream(results).average().orElse(0);
    return java.util.Arrays.stream(results).map(z -> z - mean).toArray();
  }
}
