package dev.tesuji.rl.algorithm;

import java.util.Arrays;

/// Factors on the tokens of a loss that no algorithm has for itself: the sampler's correction, the
/// choice of tokens by entropy, and the bonus for entropy.
///
/// @param entropy how entropy counts
/// @param bonus the weight of the bonus in the step
public record LossFactors(EntropyConfig entropy, double bonus) {
  /// Multiplies the weights of a micro-batch's loss, and adds the bonus.
  ///
  /// @param loss as an algorithm makes it
  /// @param members the completions of the micro-batch
  public PolicyLoss apply(PolicyLoss loss, Update update, int[] members) {
    float[] weights = loss.weights().clone();
    double threshold = threshold(update);
    int at = 0;
    for (int i : members) {
      for (double factor : factors(loss, update, i, threshold)) {
        weights[at++] *= (float) factor;
      }
    }
    float[] bonuses =
        bonus == 0
            ? null
            : update.batch().repeat(members, _ -> bonus / update.counts().updateTokens());
    return new PolicyLoss(
        loss.surrogate(),
        loss.advantages(),
        loss.old(),
        weights,
        loss.kl(),
        bonuses,
        loss.perCompletion());
  }

  private double[] factors(PolicyLoss loss, Update update, int i, double threshold) {
    Batch batch = update.batch();
    double[] factors = new double[batch.tokens(i)];
    Arrays.fill(factors, 1);
    if (batch.hasSamplerFactors(i)) {
      SamplerCorrection.Factors sampler = batch.samplerFactors(i);
      boolean weighed = loss.surrogate().weighsSampler();
      for (int t = 0; t < factors.length; t++) {
        factors[t] *= sampler.kept()[t] * (weighed ? 1 : sampler.weights()[t]);
      }
    }
    if (threshold > Double.NEGATIVE_INFINITY) {
      float[] entropies = update.scoresNow(i).entropies();
      for (int t = 0; t < factors.length; t++) {
        factors[t] *= entropies[t] >= threshold ? 1 : 0;
      }
    }
    if (loss.perCompletion()) {
      double mean = Arrays.stream(factors).average().orElse(0);
      Arrays.fill(factors, mean); // the completion has one ratio, whose gradient all tokens share
    }
    return factors;
  }

  private double threshold(Update update) {
    if (entropy.topQuantile() == 1) {
      return Double.NEGATIVE_INFINITY;
    }
    float[] all = Batch.pack(update.scored(), i -> update.scoresNow(i).entropies());
    return quantile(all, entropy.topQuantile());
  }

  /// Returns the entropy that the top share of tokens reach: the (1 - share) quantile, interpolated
  /// linearly between neighbours as in `torch.quantile`.
  public static double quantile(float[] entropies, double share) {
    float[] sorted = entropies.clone();
    Arrays.sort(sorted);
    double place = (1 - share) * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * ((double) sorted[above] - sorted[below]);
  }
}
