package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// The loss of a micro-batch, whatever the algorithm:
///
/// ```
/// L = Σ_t w_t surrogate_t + Σ_t k_t KL_t - Σ_t h_t H_t
/// ```
///
/// over its N scored tokens. The weights hold the denominators, so that the loss of an update is
/// the sum over its micro-batches.
///
/// @param surrogate stands in for the reward
/// @param advantages A, `[N]`
/// @param old log-probabilities that ratios are taken against, `[N]`; null where every ratio is 1
/// @param weights w, `[N]`
/// @param kl holds on to the reference; null without
/// @param entropyWeights h, `[N]`; null without an entropy bonus
/// @param perCompletion whether the tokens of a completion share one ratio
public record PolicyLoss(
    Surrogate surrogate,
    float[] advantages,
    float @Nullable [] old,
    float[] weights,
    @Nullable KlTerm kl,
    float @Nullable [] entropyWeights,
    boolean perCompletion)
    implements Policy.PlainLoss {
  private static final long serialVersionUID = 1;

  /// The KL term.
  ///
  /// @param estimator how it is estimated
  /// @param reference log π_ref, `[N]`
  /// @param weights k, `[N]`
  /// @param corrected whether each token's estimate is multiplied with its ratio π / π_old, which
  ///   makes it unbiased off policy ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556))
  public record KlTerm(KlEstimator estimator, float[] reference, float[] weights, boolean corrected)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// Makes the loss of an algorithm, before the factors that all share ([LossFactors]).
  public PolicyLoss(
      Surrogate surrogate,
      float[] advantages,
      float @Nullable [] old,
      float[] weights,
      @Nullable KlTerm kl) {
    this(surrogate, advantages, old, weights, kl, null, false);
  }

  /// Returns the same loss for completions whose tokens share one ratio.
  public PolicyLoss ofCompletions() {
    return new PolicyLoss(surrogate, advantages, old, weights, kl, entropyWeights, true);
  }

  @Override
  public Tensor of(Policy.Tokens tokens) {
    Tensor logProbs = tokens.logProbs();
    Tensor logRatio = logProbs.sub(old == null ? logProbs.detach() : tokens.of(old));
    Tensor loss =
        surrogate.perToken(tokens, logRatio, tokens.of(advantages)).mul(tokens.of(weights)).sum();
    if (kl != null) {
      Tensor estimate = kl.estimator().perToken(logProbs, tokens.of(kl.reference()));
      if (kl.corrected()) {
        estimate = estimate.mul(logRatio.exp());
      }
      loss = loss.add(estimate.mul(tokens.of(kl.weights())).sum());
    }
    if (entropyWeights != null) {
      loss = loss.sub(tokens.entropies().mul(tokens.of(entropyWeights)).sum());
    }
    return loss;
  }

  /// Measures a micro-batch.
  ///
  /// @param scores the policy's scores of it
  public void measure(Policy.Scores scores, MetricAccumulator metrics) {
    float[] now = scores.logProbs();
    double[] logRatios = new double[now.length];
    for (int i = 0; old != null && i < now.length; i++) {
      logRatios[i] = (double) now[i] - old[i];
    }
    surrogate.measure(metrics, logRatios, advantages);
    double entropy = 0;
    for (float e : scores.entropies()) {
      entropy += e;
    }
    metrics.add("entropy", entropy, now.length);
    if (kl != null) {
      metrics.add("kl", divergence(kl, now), now.length);
    }
  }

  /// Returns the sum of the tokens' k3 estimates, corrected where the loss's are.
  private double divergence(KlTerm term, float[] now) {
    double sum = 0;
    for (int i = 0; i < now.length; i++) {
      double ratio = term.corrected() && old != null ? Math.exp((double) now[i] - old[i]) : 1;
      sum += ratio * KlEstimator.K3.of(now[i], term.reference()[i]);
    }
    return sum;
  }
}
