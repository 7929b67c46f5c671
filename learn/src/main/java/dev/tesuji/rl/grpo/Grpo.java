package dev.tesuji.rl.grpo;

import dev.tesuji.input.Require;
import dev.tesuji.policy.KlEstimator;

/// The settings of GRPO and its kin.
///
/// @param loss how token losses are averaged
/// @param scaling what advantages are divided by
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param klCoefficient β, the weight of the KL term; 0 loads no reference model
/// @param klEstimator how the KL is estimated
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
///   (DAPO's overlong filtering)
public record Grpo(
    LossType loss,
    Scaling scaling,
    double clipLow,
    double clipHigh,
    double klCoefficient,
    KlEstimator klEstimator,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated) {
  /// Token mean over the batch, group scaling, clip 0.2 and 0.28, no KL, one pass.
  public static final Grpo DEFAULT =
      new Grpo(LossType.DAPO, Scaling.GROUP, 0.2, 0.28, 0, KlEstimator.K3, 1, 1, false);

  /// Checks the ranges.
  public Grpo {
    Require.that(clipLow >= 0, "clipLow", "at least 0", clipLow);
    Require.that(clipHigh >= 0, "clipHigh", "at least 0", clipHigh);
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.atLeast(1, "innerEpochs", innerEpochs);
    Require.atLeast(1, "miniBatches", miniBatches);
  }

  /// Says whether every update is made by the policy that drew the completions, so that all ratios
  /// are 1.
  public boolean isOnPolicy() {
    return innerEpochs == 1 && miniBatches == 1;
  }

  /// How token losses are averaged into one number.
  public enum LossType {
    /// The mean over completions of each one's mean
    /// ([DeepSeekMath](https://arxiv.org/abs/2402.03300)).
    GRPO,
    /// The mean over the tokens of an update.
    BNPO,
    /// The sum over tokens, divided by completions times the length limit: a constant, so that long
    /// wrong answers are not favoured ([Dr. GRPO](https://arxiv.org/abs/2503.20783)).
    DR_GRPO,
    /// The mean over the tokens of the whole batch of completions
    /// ([DAPO](https://arxiv.org/abs/2503.14476)).
    DAPO
  }

  /// What advantages are divided by.
  public enum Scaling {
    /// The standard deviation of the group's rewards.
    GROUP,
    /// The standard deviation of all rewards of the batch.
    BATCH,
    /// Nothing (Dr. GRPO).
    NONE
  }
}
