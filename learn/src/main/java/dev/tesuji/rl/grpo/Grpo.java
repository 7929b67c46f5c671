package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.LookAhead;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of GRPO and its kin.
///
/// @param loss the quantity that is minimised per token, and the average that is taken of it
/// @param scaling what advantages are divided by
/// @param ratio how the ratio between the policy and the one that drew the completions is taken
/// @param klCoefficient β, the weight of the KL term; 0 loads no reference model
/// @param klEstimator how the KL is estimated
/// @param reference what the KL term holds to
/// @param entropy how the entropy of a token's distribution counts
/// @param updates the updates that a batch of completions makes
public record Grpo(
    @Unwrapped GrpoLoss loss,
    Scaling scaling,
    Ratio ratio,
    double klCoefficient,
    KlEstimator klEstimator,
    Reference reference,
    Entropy entropy,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// Token mean over the batch, group scaling, clip 0.2 and 0.28, no KL, one pass.
  public static final Grpo DEFAULT =
      new Grpo(
          GrpoLoss.Dapo.DEFAULT,
          Scaling.GROUP,
          Ratio.DEFAULT,
          0,
          KlEstimator.K3,
          Reference.DEFAULT,
          Entropy.DEFAULT,
          UpdateConfig.DEFAULT);

  /// Checks the ranges, and that no key contradicts another.
  public Grpo {
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
        !(loss instanceof GrpoLoss.Vespo && sequence),
        "ratio.level",
        "token with loss vespo, which takes the ratio of the sequence by itself",
        "sequence");
  }

  @Override
  public Requirements requirements() {
    boolean sequences =
        ratio.level() == Ratio.Level.SEQUENCE
            || ratio.offPolicyMask() > 0
            || loss instanceof GrpoLoss.Vespo;
    LookAhead wholes = sequences ? LookAhead.ONCE_MOVED : LookAhead.NEVER;
    return Requirements.NONE
        .withGroupsOf(2)
        .with(Need.REWARD_PARTS, true)
        .with(Need.REFERENCE, klCoefficient > 0)
        .withReferenceReplacedEvery(reference.replaceEvery())
        .with(Need.OLD_LOG_PROBS, ratio.sampler() != Ratio.Sampler.NONE)
        .with(Need.EVERY_TOKEN, klCoefficient > 0 || entropy.coefficient() > 0)
        .with(entropy.topQuantile() < 1 ? LookAhead.ALWAYS : wholes);
  }

  @Override
  public Surrogate surrogate() {
    return loss.surrogate();
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new GrpoObjective(this);
  }

  /// Returns the same settings with another loss.
  public Grpo with(GrpoLoss other) {
    return new Grpo(other, scaling, ratio, klCoefficient, klEstimator, reference, entropy, updates);
  }

  /// Returns the same settings with another scaling of advantages.
  public Grpo with(Scaling other) {
    return new Grpo(loss, other, ratio, klCoefficient, klEstimator, reference, entropy, updates);
  }

  /// Returns the same settings with other ratios.
  public Grpo with(Ratio other) {
    return new Grpo(loss, scaling, other, klCoefficient, klEstimator, reference, entropy, updates);
  }

  /// Returns the same settings with a KL term.
  public Grpo withKl(double coefficient, KlEstimator estimator, Reference to) {
    return new Grpo(loss, scaling, ratio, coefficient, estimator, to, entropy, updates);
  }

  /// Returns the same settings with entropy counted otherwise.
  public Grpo with(Entropy other) {
    return new Grpo(loss, scaling, ratio, klCoefficient, klEstimator, reference, other, updates);
  }

  /// Returns the same settings with other updates.
  public Grpo with(UpdateConfig other) {
    return new Grpo(loss, scaling, ratio, klCoefficient, klEstimator, reference, entropy, other);
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
