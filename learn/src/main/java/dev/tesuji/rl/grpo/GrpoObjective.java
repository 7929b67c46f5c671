package dev.tesuji.rl.grpo;

import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.SequenceRatio;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// GRPO and its kin at work.
final class GrpoObjective implements Objective {
  private final Grpo grpo;

  GrpoObjective(Grpo grpo) {
    this.grpo = grpo;
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    Batch.Parts parts = batch.parts();
    return batch.perToken(
        parts == null
            ? GroupAdvantages.of(batch.rewards(), batch.groupSize(), grpo.scaling())
            : GroupAdvantages.normalizeThenSum(parts.paid(), parts.weights(), batch.groupSize()));
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    Batch batch = update.batch();
    float[] even =
        batch.repeat(members, i -> grpo.loss().tokenWeight(batch.tokens(i), update.counts()));
    float[] weights = even.clone();
    double threshold = entropyThreshold(update);
    int at = 0;
    for (int i : members) {
      double[] factors = factors(update, i, threshold, metrics);
      for (double f : factors) {
        weights[at++] *= (float) f;
      }
    }
    boolean sequence = grpo.ratio().level() == Ratio.Level.SEQUENCE;
    return new PolicyLoss(
        grpo.surrogate(),
        update.advantages(members),
        sequence ? SequenceRatio.old(update, members) : update.old(members),
        weights,
        kl(update, members, even),
        entropyWeights(update, members));
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
    float[] all = Batch.pack(update.scored(), i -> update.scoresNow(i).entropies());
    return TokenFactors.entropyThreshold(all, share);
  }

  /// Returns the factors on the policy term of each of a completion's tokens.
  private double[] factors(Update update, int i, double threshold, MetricAccumulator metrics) {
    Batch batch = update.batch();
    double[] factors = new double[batch.tokens(i)];
    Arrays.fill(factors, 1);
    double advantage = update.advantages()[i][0];
    double[] sampler = samplerWeights(batch, i);
    if (sampler.length > 0) {
      DoubleStream.of(sampler)
          .forEach(s -> metrics.add("sampling/importance_sampling_ratio/mean", s, 1));
    }
    if (!update.onPolicy() && grpo.ratio().offPolicyMask() > 0) {
      boolean kept =
          TokenFactors.isKept(advantage, update.now(i), batch.old(i), grpo.ratio().offPolicyMask());
      metrics.add("off_policy_masked", kept ? 0 : 1, 1);
      Arrays.fill(factors, kept ? 1 : 0);
    }
    if (grpo.loss() instanceof GrpoLoss.Vespo vespo) {
      double phi = phi(vespo, update, i, sampler);
      metrics.add("vespo/phi_seq_mean", phi, 1);
      multiply(factors, _ -> phi);
    } else if (sampler.length > 0) {
      multiply(factors, t -> sampler[t]);
    }
    if (threshold > Double.NEGATIVE_INFINITY) {
      float[] entropies = update.scoresNow(i).entropies();
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
        : TokenFactors.sampler(
            batch.old(i),
            batch.samples().get(i).sampler(),
            grpo.ratio().sampler(),
            grpo.ratio().samplerMost());
  }

  private static double phi(GrpoLoss.Vespo vespo, Update update, int i, double[] sampler) {
    float[] old = update.onPolicy() ? new float[0] : update.batch().old(i);
    float[] now = update.onPolicy() ? old : update.now(i);
    return vespo.weight(update.advantages()[i][0], now, old, sampler);
  }

  private static void multiply(double[] factors, java.util.function.IntToDoubleFunction by) {
    for (int t = 0; t < factors.length; t++) {
      factors[t] *= by.applyAsDouble(t);
    }
  }
}
