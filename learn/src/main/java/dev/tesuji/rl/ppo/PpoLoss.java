package dev.tesuji.rl.ppo;

import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.tensor.Tensor;

/// The equations of PPO's critic: pure functions.
public final class PpoLoss {
  private PpoLoss() {}

  /// The advantages and returns of a completion.
  ///
  /// @param advantages A, `[T]`
  /// @param returns A + V, what the critic learns, `[T]`
  public record Estimate(float[] advantages, float[] returns) {}

  /// Estimates advantages, Eq. 16 of [GAE](https://arxiv.org/abs/1506.02438), with the value after
  /// the last token 0:
  ///
  /// ```
  /// δ_t = r_t + γ V_{t+1} - V_t          A_t = δ_t + γ λ A_{t+1}
  /// ```
  ///
  /// @param rewards r, `[T]`
  /// @param values V of what stands before each token, `[T]`
  public static Estimate estimate(double[] rewards, float[] values, double gamma, double lambda) {
    float[] advantages = new float[values.length];
    float[] returns = new float[values.length];
    double running = 0;
    double next = 0;
    for (int t = values.length - 1; t >= 0; t--) {
      running = rewards[t] + gamma * next - values[t] + gamma * lambda * running;
      next = values[t];
      advantages[t] = (float) running;
      returns[t] = (float) (running + values[t]);
    }
    return new Estimate(advantages, returns);
  }

  /// Returns the loss of values per token, with the clip of [Ouyang et
  /// al.](https://arxiv.org/abs/2203.02155)'s implementation:
  ///
  /// ```
  /// ½ max((V - R)², (clip(V, V_old - ε, V_old + ε) - R)²)
  /// ```
  ///
  /// @param values V, `[n]`
  /// @param old V_old, `[n]`
  /// @param returns R, `[n]`
  /// @param clip ε; 0 for no clip
  public static Tensor valueLoss(Tensor values, Tensor old, Tensor returns, double clip) {
    Tensor free = values.sub(returns).square();
    if (clip == 0) {
      return free.mul(0.5);
    }
    Tensor clipped = old.add(values.sub(old).clamp(-clip, clip)).sub(returns).square();
    return free.neg().minimum(clipped.neg()).mul(-0.5);
  }

  /// Returns the share of tokens whose clipped error is the larger one, so that they have no
  /// gradient.
  ///
  /// @param values V, `[n]`
  /// @param old V_old, `[n]`
  /// @param returns R, `[n]`
  /// @param clip ε; 0 for no clip
  public static double clippedShare(float[] values, float[] old, float[] returns, double clip) {
    int cut = 0;
    for (int i = 0; clip > 0 && i < values.length; i++) {
      double clipped = Math.clamp((double) values[i], old[i] - clip, old[i] + clip);
      cut += Math.abs(clipped - returns[i]) > Math.abs((double) values[i] - returns[i]) ? 1 : 0;
    }
    return (double) cut / values.length;
  }

  /// Returns 1 - Var(R - V) / Var(R): 1 where the critic tells all, 0 where it tells no more than
  /// the mean, NaN where returns do not vary.
  public static double explainedVariance(float[] values, float[] returns) {
    double[] errors = new double[values.length];
    double[] wide = new double[values.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = (double) returns[i] - values[i];
      wide[i] = returns[i];
    }
    double deviation = Statistics.deviation(wide);
    double left = Statistics.deviation(errors);
    return deviation == 0 ? Double.NaN : 1 - left * left / (deviation * deviation);
  }
}
