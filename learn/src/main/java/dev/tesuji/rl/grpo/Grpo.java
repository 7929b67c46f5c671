package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of GRPO and its kin.
///
/// @param loss what is minimised per token, and how token losses are averaged
/// @param scaling what advantages are divided by
/// @param ratio how the ratio between the policy and the one that drew the completions is taken
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped; for `cispo` the most that a ratio
///   may weigh (TRL: 5)
/// @param klCoefficient β, the weight of the KL term; 0 loads no reference model
/// @param klEstimator how the KL is estimated
/// @param reference what the KL term holds to
/// @param entropy how the entropy of a token's distribution counts
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
///   (DAPO's overlong filtering)
public record Grpo(
    LossType loss,
    Scaling scaling,
    Ratio ratio,
    double clipLow,
    double clipHigh,
    double klCoefficient,
    KlEstimator klEstimator,
    Reference reference,
    Entropy entropy,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// Token mean over the batch, group scaling, clip 0.2 and 0.28, no KL, one pass.
  public static final Grpo DEFAULT =
      new Grpo(
          LossType.DAPO,
          Scaling.GROUP,
          Ratio.DEFAULT,
          0.2,
          0.28,
          0,
          KlEstimator.K3,
          Reference.DEFAULT,
          Entropy.DEFAULT,
          1,
          1,
          false);

  /// Checks the ranges, and that no key contradicts another.
  public Grpo {
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    boolean held = klCoefficient > 0;
    Require.that(
        held || reference.replaceEvery() == 0,
        "reference.replaceEvery",
        "0 without a KL term (klCoefficient 0): there is no reference to replace",
        reference.replaceEvery());
    Require.that(
        held || !reference.correctBias(),
        "reference.correctBias",
        "false without a KL term (klCoefficient 0)",
        true);
    boolean sequence = ratio.level() == Ratio.Level.SEQUENCE;
    Require.that(
        !(reference.correctBias() && sequence),
        "reference.correctBias",
        "false with ratio.level sequence: the correction is defined per token",
        true);
    Require.that(
        loss != LossType.VESPO || !sequence,
        "ratio.level",
        "token with loss vespo, which takes the ratio of the sequence by itself",
        "sequence");
    Require.that(
        loss != LossType.CISPO || clipHigh > 0,
        "clipHigh",
        "above 0 with loss cispo: it is the most that a ratio may weigh",
        clipHigh);
  }

  @Override
  public int leastGroupSize() {
    return 2;
  }

  @Override
  public boolean needsReference() {
    return klCoefficient > 0;
  }

  @Override
  public int replaceReferenceEvery() {
    return reference.replaceEvery();
  }

  @Override
  public boolean comparesParts() {
    return true;
  }

  @Override
  public boolean needsOldLogProbs() {
    return ratio.sampler() != Ratio.Sampler.NONE;
  }

  @Override
  public Objective open(Tools tools) {
    return new GrpoObjective(this);
  }

  /// What is minimised per token, and how token losses are averaged into one number.
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
    DAPO,
    /// REINFORCE with clipped ratios as weights, so that no token loses its gradient
    /// ([MiniMax-M1](https://arxiv.org/abs/2506.13585)).
    CISPO,
    /// A sigmoid gate in place of the clip ([SAPO](https://arxiv.org/abs/2511.20347)).
    SAPO,
    /// The sum over a completion's tokens, meant for ratios of sequences
    /// ([LUSPO](https://arxiv.org/abs/2602.05261)).
    LUSPO,
    /// REINFORCE weighted by a smooth function of the sequence's ratio
    /// ([VESPO](https://arxiv.org/abs/2602.10693)).
    VESPO
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

  /// What the KL term holds to: the model that the stage began with, or a later one.
  ///
  /// @param replaceEvery after how many steps the policy becomes the reference (R1: 400); 0 for
  ///   never
  /// @param correctBias whether each token's estimate is multiplied with its ratio, which makes it
  ///   unbiased off policy ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556))
  public record Reference(int replaceEvery, boolean correctBias) {
    /// The model that the stage began with, throughout.
    public static final Reference DEFAULT = new Reference(0, false);

    /// Checks the range.
    public Reference {
      Require.atLeast(0, "replaceEvery", replaceEvery);
    }
  }

  /// How the entropy of a token's distribution counts.
  ///
  /// @param coefficient the weight of a bonus for entropy; 0 for none
  /// @param topQuantile the share of an update's tokens, those of highest entropy, that have a
  ///   policy gradient ([Wang et al., 2025](https://arxiv.org/abs/2506.01939): 0.2); 1 for all
  public record Entropy(double coefficient, double topQuantile) {
    /// It does not.
    public static final Entropy DEFAULT = new Entropy(0, 1);

    /// Checks the ranges.
    public Entropy {
      Require.that(coefficient >= 0, "coefficient", "at least 0 (0: no bonus)", coefficient);
      Require.that(
          topQuantile > 0 && topQuantile <= 1,
          "topQuantile",
          "above 0 and at most 1 (1: all tokens)",
          topQuantile);
    }
  }
}
