package dev.tesuji.rl.grpo;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// The loss of GRPO and its kin: pure functions of tensors.
public final class GrpoLoss {
  private GrpoLoss() {}

  /// Returns the clipped surrogate per token, Eq. 3 of [GRPO](https://arxiv.org/abs/2402.03300)
  /// with the two clip ranges of [DAPO](https://arxiv.org/abs/2503.14476):
  ///
  /// ```
  /// ρ = π / π_old        loss = -min(ρ A, clip(ρ, 1 - ε_low, 1 + ε_high) A)
  /// ```
  ///
  /// @param logProbs log π, `[N]`
  /// @param oldLogProbs log π_old, `[N]`
  /// @param advantages A, `[N]`
  public static Tensor surrogate(
      Tensor logProbs, Tensor oldLogProbs, Tensor advantages, double clipLow, double clipHigh) {
    Tensor ratio = logProbs.sub(oldLogProbs).exp();
    Tensor clipped = ratio.clamp(1 - clipLow, 1 + clipHigh);
    return ratio.mul(advantages).minimum(clipped.mul(advantages)).neg();
  }

  /// Adds β KL(π || π_ref) to a loss per token.
  ///
  /// @param reference log π_ref, `[N]`
  public static Tensor withKl(
      Tensor loss, Tensor logProbs, Tensor reference, double coefficient, KlEstimator estimator) {
    return loss.add(estimator.perToken(logProbs, reference), coefficient);
  }

  /// What the averages of one update divide by, fixed before its first micro-batch.
  ///
  /// @param completions completions in the update, those without scored tokens too
  /// @param updateTokens scored tokens in the update
  /// @param batchTokens scored tokens in the whole batch of completions, divided by its updates
  /// @param maxTokens the length limit of a completion
  public record Denominators(
      long completions, double updateTokens, double batchTokens, int maxTokens) {
    /// Returns the weight of each token of a completion with `tokens` scored tokens, so that the
    /// loss is the weighted sum of all token losses.
    public double tokenWeight(Grpo.LossType type, int tokens) {
      return switch (type) {
        case GRPO -> 1.0 / (tokens * (double) completions);
        case BNPO -> 1.0 / updateTokens;
        case DR_GRPO -> 1.0 / ((double) completions * maxTokens);
        case DAPO -> 1.0 / batchTokens;
      };
    }
  }

  /// Shares of tokens whose ratio left the clip range on the side where that matters.
  ///
  /// @param low below 1 - ε_low with a negative advantage
  /// @param high above 1 + ε_high with a positive advantage
  public record ClipShares(double low, double high) {
    /// Returns the share clipped on either side.
    public double region() {
      return low + high;
    }
  }

  /// Counts clipped tokens.
  ///
  /// @param logProbs log π, `[N]`
  /// @param oldLogProbs log π_old, `[N]`
  /// @param advantages A, `[N]`
  public static ClipShares clipShares(
      float[] logProbs, float[] oldLogProbs, float[] advantages, double clipLow, double clipHigh) {
    int low = 0;
    int high = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double ratio = Math.exp((double) logProbs[i] - oldLogProbs[i]);
      low += ratio < 1 - clipLow && advantages[i] < 0 ? 1 : 0;
      high += ratio > 1 + clipHigh && advantages[i] > 0 ? 1 : 0;
    }
    double n = Math.max(1, logProbs.length);
    return new ClipShares(low / n, high / n);
  }

  /// Returns one number per scored token from one per completion.
  ///
  /// @param perCompletion `[B]`
  /// @param tokens scored tokens of each completion
  public static float[] perToken(double[] perCompletion, int[] tokens) {
    float[] out = new float[Arrays.stream(tokens).sum()];
    int at = 0;
    for (int i = 0; i < tokens.length; i++) {
      Arrays.fill(out, at, at + tokens[i], (float) perCompletion[i]);
      at += tokens[i];
    }
    return out;
  }
}
