package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPenalty;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.LookAhead;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of GRPO and its kin.
///
/// @param loss the quantity that is minimised per token, and the average that is taken of it
/// @param scaling what advantages are divided by
/// @param ratio how the ratio between the policy and the one that drew the completions is taken
/// @param kl how the policy is held to the reference; by k3 in the loss where that is left open
/// @param reference the model that the KL term holds to
/// @param updates what is made of a batch of completions
/// @param credit whether a completion of several turns has one advantage, or each turn its own
public record Grpo(
    @Unwrapped GrpoLoss loss,
    Scaling scaling,
    Ratio ratio,
    @Unwrapped KlConfig kl,
    Reference reference,
    @Unwrapped UpdateConfig updates,
    Credit credit)
    implements Algorithm {
  /// Token mean over the batch, group scaling, clip 0.2 and 0.28, no KL, one pass.
  public static final Grpo DEFAULT =
      new Grpo(
          GrpoLoss.Dapo.DEFAULT,
          Scaling.GROUP,
          Ratio.DEFAULT,
          KlConfig.DEFAULT,
          Reference.DEFAULT,
          UpdateConfig.DEFAULT,
          Credit.TRAJECTORY);

  /// Checks the ranges, and that no key contradicts another.
  public Grpo {
    KlPenalty penalty = kl.resolved(KlPenalty.Defaults.LOSS);
    boolean held = penalty.isOn();
    Require.that(
        held || reference.replaceEvery() == 0,
        "reference.replaceEvery",
        "0 without a KL term (klCoefficient 0): there is no reference to replace",
        reference.replaceEvery());
    boolean corrects = reference.correctBias();
    Require.that(
        held || !corrects,
        "reference.correctBias",
        "false without a KL term (klCoefficient 0)",
        true);
    boolean sequence = ratio.level() == Ratio.Level.SEQUENCE;
    Require.that(
        !(corrects && sequence),
        "reference.correctBias",
        "false with ratio.level sequence: the correction is defined per token",
        true);
    Require.that(
        !corrects || (penalty.inLoss() && penalty.estimator() == KlEstimator.K3),
        "reference.correctBias",
        "false but for klEstimator k3 in the loss, whose estimate it makes unbiased",
        true);
    boolean vespo = loss instanceof GrpoLoss.Vespo;
    Require.that(
        !(vespo && sequence),
        "ratio.level",
        "token with loss vespo, which takes the ratio of the sequence by itself",
        "sequence");
    Require.that(
        !vespo || updates.samplerCorrection().weights() != SamplerCorrection.Weights.SEQUENCE,
        "samplerCorrection.weights",
        "token with loss vespo, which multiplies them over the sequence by itself",
        "sequence");
    requirePerToken(credit, !vespo && !sequence && ratio.offPolicyMask() == 0);
  }

  private static void requirePerToken(Credit credit, boolean perToken) {
    Require.that(
        credit == Credit.TRAJECTORY || perToken,
        "credit",
        "trajectory with loss vespo, with ratio.level sequence, and with ratio.offPolicyMask, which"
            + " look at whole completions",
        "turn");
  }

  /// Returns how the policy is held to the reference.
  KlPenalty penalty() {
    return kl.resolved(KlPenalty.Defaults.LOSS);
  }

  @Override
  public Requirements requirements() {
    boolean sequences =
        ratio.level() == Ratio.Level.SEQUENCE
            || ratio.offPolicyMask() > 0
            || loss instanceof GrpoLoss.Vespo;
    Requirements own =
        Requirements.NONE
            .withGroupsOf(2)
            .with(updates.keepGroups().filter())
            .with(Need.REWARD_PARTS, !penalty().inReward() && credit == Credit.TRAJECTORY)
            .withReferenceReplacedEvery(reference.replaceEvery())
            .with(sequences ? LookAhead.ONCE_MOVED : LookAhead.NEVER);
    return penalty().addTo(own);
  }

  @Override
  public Surrogate surrogate() {
    return loss.surrogate();
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new GrpoObjective(this, context.steps());
  }

  /// Returns the same settings with another loss.
  public Grpo with(GrpoLoss other) {
    return new Grpo(other, scaling, ratio, kl, reference, updates, credit);
  }

  /// Returns the same settings with another scaling of advantages.
  public Grpo with(Scaling other) {
    return new Grpo(loss, other, ratio, kl, reference, updates, credit);
  }

  /// Returns the same settings with other ratios.
  public Grpo with(Ratio other) {
    return new Grpo(loss, scaling, other, kl, reference, updates, credit);
  }

  /// Returns the same settings with another hold on a reference.
  public Grpo with(KlConfig other, Reference to) {
    return new Grpo(loss, scaling, ratio, other, to, updates, credit);
  }

  /// Returns the same settings with other updates.
  public Grpo with(UpdateConfig other) {
    return new Grpo(loss, scaling, ratio, kl, reference, other, credit);
  }

  /// The stretch of a completion of several turns that shares an advantage.
  public enum Credit {
    /// The whole completion: all its tokens have one advantage.
    TRAJECTORY,
    /// Each turn: its tokens are compared by what the turn was worth and led to, with the same turn
    /// of the group's other completions.
    TURN
  }

  /// The divisor of advantages.
  public enum Scaling {
    /// The standard deviation of the group's rewards.
    GROUP,
    /// The standard deviation of all rewards of the batch.
    BATCH,
    /// Nothing (Dr. GRPO).
    NONE
  }

  /// The model that the KL term holds to: the one that the stage began with, or a later one.
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
}
