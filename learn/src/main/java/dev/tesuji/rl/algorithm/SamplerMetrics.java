package dev.tesuji.rl.algorithm;

import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Measures how far a sampler is from the policy that is trained, and what the correction does,
/// under verl's names (`rollout_corr/...`).
final class SamplerMetrics {
  private static final String PREFIX = "rollout_corr/";

  private SamplerMetrics() {}

  /// Measures the completions of a batch, each scored by the policy that drew it.
  static void put(Metrics metrics, Batch batch, SamplerCorrection correction) {
    int[] scored = batch.scored();
    if (scored.length == 0) {
      return;
    }
    putDistance(metrics, batch, scored);
    double[] weights = join(scored, i -> batch.samplerFactors(i).weights());
    switch (correction.weights()) {
      case TOKEN, SEQUENCE -> putWeights(metrics, batch, scored, correction, weights);
      case AUTO, NONE -> {}
    }
    if (correction.rejection() != SamplerCorrection.Rejection.NONE) {
      double[] kept = join(scored, i -> batch.samplerFactors(i).kept());
      metrics.put(PREFIX + "rollout_rs_masked_fraction", 1 - mean(kept));
      double touched =
          Arrays.stream(scored)
              .filter(i -> Arrays.stream(batch.samplerFactors(i).kept()).anyMatch(k -> k == 0))
              .count();
      metrics.put(PREFIX + "rollout_rs_seq_masked_fraction", touched / scored.length);
    }
  }

  private static void putWeights(
      Metrics metrics, Batch batch, int[] scored, SamplerCorrection correction, double[] weights) {
    double mean = mean(weights);
    double square = mean(Arrays.stream(weights).map(w -> w * w).toArray());
    metrics.put(PREFIX + "rollout_is_mean", mean);
    metrics.put(PREFIX + "rollout_is_std", Math.sqrt(Math.max(0, square - mean * mean)));
    metrics.put(PREFIX + "rollout_is_min", Arrays.stream(weights).min().orElse(Double.NaN));
    metrics.put(PREFIX + "rollout_is_max", Arrays.stream(weights).max().orElse(Double.NaN));
    metrics.put(PREFIX + "rollout_is_eff_sample_size", mean * mean / square);
    boolean whole = correction.weights() == SamplerCorrection.Weights.SEQUENCE;
    double[] ratios =
        whole
            ? Arrays.stream(scored)
                .mapToDouble(i -> SamplerCorrection.ratio(sumLog(batch, i)))
                .toArray()
            : Arrays.stream(logs(batch, scored)).map(SamplerCorrection::ratio).toArray();
    metrics.put(
        PREFIX + "rollout_is_ratio_fraction_high", share(ratios, r -> r > correction.high()));
    metrics.put(PREFIX + "rollout_is_ratio_fraction_low", share(ratios, r -> r < correction.low()));
    metrics.put("sampling/importance_sampling_ratio/mean", mean);
  }

  private static void putDistance(Metrics metrics, Batch batch, int[] scored) {
    double[] logs = logs(batch, scored);
    metrics.put(PREFIX + "kl", -mean(logs));
    metrics.put(
        PREFIX + "k3_kl",
        mean(Arrays.stream(logs).map(d -> SamplerCorrection.ratio(d) - d - 1).toArray()));
    metrics.put(PREFIX + "chi2_token", chi2(logs));
    metrics.put(
        PREFIX + "chi2_seq",
        chi2(Arrays.stream(scored).mapToDouble(i -> sumLog(batch, i)).toArray()));
    double[] training = perCompletion(scored, i -> -meanOf(batch.old(i)));
    double[] rollout = perCompletion(scored, i -> -meanOf(batch.samples().get(i).sampler()));
    double[] difference = new double[scored.length];
    for (int n = 0; n < scored.length; n++) {
      difference[n] = training[n] - rollout[n];
    }
    metrics.put(PREFIX + "training_ppl", mean(Arrays.stream(training).map(Math::exp).toArray()));
    metrics.put(PREFIX + "training_log_ppl", mean(training));
    metrics.put(PREFIX + "rollout_ppl", mean(Arrays.stream(rollout).map(Math::exp).toArray()));
    metrics.put(PREFIX + "rollout_log_ppl", mean(rollout));
    metrics.put(PREFIX + "log_ppl_diff", mean(difference));
    metrics.put(
        PREFIX + "log_ppl_abs_diff", mean(Arrays.stream(difference).map(Math::abs).toArray()));
    metrics.put(PREFIX + "ppl_ratio", mean(Arrays.stream(difference).map(Math::exp).toArray()));
  }

  /// Returns the mean of squared ratios less 1: the divergence χ²(π_old ‖ μ).
  private static double chi2(double[] logs) {
    return mean(
            Arrays.stream(logs).map(SamplerCorrection::ratio).map(ratio -> ratio * ratio).toArray())
        - 1;
  }

  private static double sumLog(Batch batch, int i) {
    return SequenceRatio.sumLog(batch.old(i), batch.samples().get(i).sampler());
  }

  /// Returns log π_old - log μ of all tokens.
  private static double[] logs(Batch batch, int[] scored) {
    return join(
        scored,
        i -> {
          float[] old = batch.old(i);
          float[] sampler = batch.samples().get(i).sampler();
          double[] out = new double[old.length];
          for (int t = 0; t < out.length; t++) {
            out[t] = (double) old[t] - sampler[t];
          }
          return out;
        });
  }

  private static double[] join(int[] scored, java.util.function.IntFunction<double[]> of) {
    return Arrays.stream(scored).mapToObj(of).flatMapToDouble(DoubleStream::of).toArray();
  }

  private static double[] perCompletion(int[] scored, java.util.function.IntToDoubleFunction of) {
    return Arrays.stream(scored).mapToDouble(of).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double meanOf(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static double share(double[] values, java.util.function.DoublePredicate test) {
    return Arrays.stream(values).filter(test).count() / (double) values.length;
  }
}
