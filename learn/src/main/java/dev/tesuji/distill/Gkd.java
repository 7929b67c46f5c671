package dev.tesuji.distill;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;

/// The settings of generalized knowledge distillation.
///
/// @param lambda λ, the share of batches that the student writes itself; the others are data, or
///   what the teacher writes
/// @param seqKd whether the teacher writes what the student does not, in the place of data
/// @param beta β of the divergence: 0 is KL(teacher || student), 1 is KL(student || teacher)
/// @param temperature divides the logits of both in the divergence
/// @param maxNewTokens the length limit of what is written
/// @param sampling how it is written
public record Gkd(
    double lambda,
    boolean seqKd,
    double beta,
    double temperature,
    int maxNewTokens,
    Sampling sampling) {
  /// TRL's: half of the batches by the student at temperature 0.9, β 0.5, up to 128 tokens.
  public static final Gkd DEFAULT = new Gkd(0.5, false, 0.5, 1, 128, new Sampling(0.9, 0, 1, 0, 1));

  /// Checks the ranges.
  public Gkd {
    Require.that(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1", lambda);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
    new GeneralizedJsd(beta, temperature);
  }

  /// Returns the divergence.
  GeneralizedJsd divergence() {
    return new GeneralizedJsd(beta, temperature);
  }

  /// Returns whether some batches are data.
  public boolean needsData() {
    return lambda < 1 && !seqKd;
  }
}
