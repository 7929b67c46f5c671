package dev.tesuji.active;

/// How much a comparison would tell of a model, by [Bayesian active learning by
/// disagreement](https://arxiv.org/abs/1112.5745).
public final class Disagreement {
  private static final double TO_PROBIT = Math.sqrt(Math.PI / 8); // of logits
  private static final double C2 = Math.PI * Math.log(2) / 2; // C of Eq. 5, squared

  private Disagreement() {}

  /// Returns the mutual information, in bits, of the outcome and the model: Eq. 5 of the paper, for
  /// a logit that is normal.
  ///
  /// The entropy of the outcome as a whole, less the entropy that is left when the model is known.
  ///
  /// @param mean of the logit
  /// @param variance of the logit
  public static double of(double mean, double variance) {
    double m = mean * TO_PROBIT;
    double v = variance * TO_PROBIT * TO_PROBIT;
    double whole = entropy(normal(m / Math.sqrt(1 + v)));
    double left = Math.sqrt(C2 / (C2 + v)) * Math.exp(-m * m / (2 * (C2 + v)));
    return Math.max(0, whole - left);
  }

  /// Returns the entropy of a coin, in bits.
  static double entropy(double p) {
    if (p <= 0 || p >= 1) {
      return 0;
    }
    return -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
  }

  /// Returns the distribution function of the standard normal, to 1e-7 ([Abramowitz and
  /// Stegun](https://personal.math.ubc.ca/~cbm/aands/page_932.htm), 26.2.17).
  static double normal(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double tail =
        Math.exp(-x * x / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x >= 0 ? 1 - tail : tail;
  }
}
