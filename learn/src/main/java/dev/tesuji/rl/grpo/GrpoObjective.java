package dev.tesuji.rl.grpo;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// GRPO and its kin at work.
final class GrpoObjective implements Objective {
  private final Grpo grpo;
  private final Surrogate surrogate;

  GrpoObjective(Grpo grpo) {
    this.grpo = grpo;
    surrogate = GrpoLoss.surrogate(grpo);
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    Batch.Parts parts = batch.parts();
    return Algorithm.perToken(
        batch,
        parts == null
            ? GroupAdvantages.of(batch.rewards(), batch.groupSize(), grpo.scaling())
            : GroupAdvantages.normalizeThenSum(parts.paid(), parts.weights(), batch.groupSize()));
  }

  @Override
  public boolean everyTokenCounts() {
    return grpo.klCoefficient() > 0 || grpo.entropy().coefficient() > 0;
  }

  @Override
  public boolean looksAhead(boolean moved) {
    boolean sequences =
        grpo.ratio().level() == Ratio.Level.SEQUENCE
            || grpo.ratio().offPolicyMask() > 0
            || grpo.loss() == Grpo.LossType.VESPO;
    return grpo.entropy().topQuantile() < 1 || (sequences && moved);
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, Means means) {
    Batch batch = update.batch();
    float[] even =
        batch.repeat(
            members, i -> GrpoLoss.tokenWeight(grpo.loss(), batch.tokens(i), update.counts()));
    float[] weights = even.clone();
    double threshold = entropyThreshold(update);
    int at = 0;
    for (int i : members) {
      double[] factors = factors(update, i, threshold, means);
      for (double f : factors) {
        weights[at++] *= (float) f;
      }
    }
    return new PolicyLoss(
        surrogate,
        update.advantages(members),
        old(update, members),
        weights,
        kl(update, members, even),
        entropyWeights(update, members));
  }

  /// Returns log π_old, shifted where completions have one ratio each.
  private float @Nullable [] old(Update update, int[] members) {
    if (update.onPolicy() || grpo.ratio().level() == Ratio.Level.TOKEN) {
      return update.old(members);
    }
    return Batch.pack(
        members,
        i -> {
          float[] now = Objective.current(update, i);
          return SequenceWeights.shifted(
              now, SequenceWeights.meanLogRatio(now, update.batch().old(i)));
        });
  }

  private PolicyLoss.@Nullable KlTerm kl(Update update, int[] members, float[] even) {
    if (grpo.klCoefficient() == 0) {
      return null;
    }
    float[] weights = even.clone();
    for (int t = 0; t < weights.length; t++) {
      weights[t] *= (float) grpo.klCoefficient();
    }
    float[] reference = Batch.pack(members, update.batch()::reference);
    return new PolicyLoss.KlTerm(
        grpo.klEstimator(), reference, weights, grpo.reference().correctBias());
  }

  private float @Nullable [] entropyWeights(Update update, int[] members) {
    double coefficient = grpo.entropy().coefficient();
    return coefficient == 0
        ? null
        : update.batch().repeat(members, _ -> coefficient / update.counts().updateTokens());
  }

  private double entropyThreshold(Update update) {
    double share = grpo.entropy().topQuantile();
    if (share == 1) {
      return Double.NEGATIVE_INFINITY;
    }
    float[] all = Batch.pack(update.scored(), i -> ahead(update, i).entropies());
    return SequenceWeights.entropyThreshold(all, share);
  }

  private static Policy.Scores ahead(Update update, int i) {
    Policy.Scores scores = update.ahead().get(i);
    return scores == null ? update.batch().oldScores(i) : scores;
  }

  /// Returns what the policy term of each of a completion's tokens is multiplied with.
  private double[] factors(Update update, int i, double threshold, Means means) {
    Batch batch = update.batch();
    double[] factors = new double[batch.tokens(i)];
    Arrays.fill(factors, 1);
    double advantage = update.advantages()[i][0];
    double[] sampler = samplerWeights(batch, i);
    if (sampler.length > 0) {
      DoubleStream.of(sampler)
          .forEach(s -> means.add("sampling/importance_sampling_ratio/mean", s, 1));
    }
    if (!update.onPolicy() && grpo.ratio().offPolicyMask() > 0) {
      boolean kept =
          SequenceWeights.isKept(
              advantage, Objective.current(update, i), batch.old(i), grpo.ratio().offPolicyMask());
      means.add("off_policy_masked", kept ? 0 : 1, 1);
      Arrays.fill(factors, kept ? 1 : 0);
    }
    if (grpo.loss() == Grpo.LossType.VESPO) {
      double phi = phi(update, i, advantage, sampler);
      means.add("vespo/phi_seq_mean", phi, 1);
      multiply(factors, _ -> phi);
    } else if (sampler.length > 0) {
      multiply(factors, t -> sampler[t]);
    }
    if (threshold > Double.NEGATIVE_INFINITY) {
      float[] entropies = ahead(update, i).entropies();
      multiply(factors, t -> entropies[t] >= threshold ? 1 : 0);
    }
    if (grpo.ratio().level() == Ratio.Level.SEQUENCE) {
      double mean = Arrays.stream(factors).average().orElse(0);
      Arrays.fill(factors, mean); // the completion has one ratio, whose gradient all tokens share
    }
    return factors;
  }

  private double[] samplerWeights(Batch batch, int i) {
    return grpo.ratio().sampler() == Ratio.Sampler.NONE
        ? new double[0]
        : SequenceWeights.sampler(
            batch.old(i),
            batch.samples().get(i).sampler(),
            grpo.ratio().sampler(),
            grpo.ratio().samplerMost());
  }

  private double phi(Update update, int i, double advantage, double[] sampler) {
    float[] old = update.onPolicy() ? new float[0] : update.batch().old(i);
    float[] now = update.onPolicy() ? old : Objective.current(update, i);
    return SequenceWeights.gamma(advantage, now, old, sampler, grpo.ratio().soft());
  }

  private static void multiply(double[] factors, java.util.function.IntToDoubleFunction by) {
    for (int t = 0; t < factors.length; t++) {
      factors[t] *= by.applyAsDouble(t);
    }
  }
}
