package dev.tesuji.rl;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.run.Metrics;
import org.jspecify.annotations.Nullable;

/// Sums over the updates of a step, for its metrics.
final class UpdateTotals {
  private double loss;
  private double tokens;
  private double entropy;
  private double kl;
  private double low;
  private double high;
  private double norms;
  private int updates;
  private double difference;
  private double largestDifference;
  private double compared;

  /// Adds a micro-batch.
  void add(
      Policy.Scores scores,
      float[] old,
      float[] advantages,
      float @Nullable [] reference,
      Grpo grpo) {
    int n = scores.logProbs().length;
    GrpoLoss.ClipShares shares =
        GrpoLoss.clipShares(scores.logProbs(), old, advantages, grpo.clipLow(), grpo.clipHigh());
    loss += scores.loss();
    tokens += n;
    low += shares.low() * n;
    high += shares.high() * n;
    for (int i = 0; i < n; i++) {
      entropy += scores.entropies()[i];
      if (reference != null) {
        double d = (double) reference[i] - scores.logProbs()[i];
        kl += Math.exp(d) - d - 1;
      }
    }
  }

  /// Adds how far the trainer's log-probabilities are from those of the sampler.
  void addSamplerDifference(float[] logProbs, float[] sampler) {
    for (int i = 0; i < logProbs.length; i++) {
      double d = Math.abs(logProbs[i] - sampler[i]);
      difference += d;
      largestDifference = Math.max(largestDifference, d);
    }
    compared += logProbs.length;
  }

  /// Adds the gradient's norm before clipping, once per update.
  void addNorm(double norm) {
    norms += norm;
    updates++;
  }

  /// Sets the means.
  void put(Metrics m, boolean hasReference) {
    m.put("loss", loss / updates);
    m.put("grad_norm", norms / updates);
    m.put("entropy", entropy / tokens);
    m.put("clip_ratio/low_mean", low / tokens);
    m.put("clip_ratio/high_mean", high / tokens);
    m.put("clip_ratio/region_mean", (low + high) / tokens);
    if (hasReference) {
      m.put("kl", kl / tokens);
    }
    m.put("sampling/sampling_logp_difference/mean", difference / compared);
    m.put("sampling/sampling_logp_difference/max", largestDifference);
  }
}
