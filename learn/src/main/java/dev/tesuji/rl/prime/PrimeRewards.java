package dev.tesuji.rl.prime;

import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.Statistics;

/// The equations of PRIME: pure functions of numbers.
public final class PrimeRewards {
  private PrimeRewards() {}

  /// Returns the process reward of each token, r_t = β log (π_φ(y_t) / π_ref(y_t)) of
  /// [PRIME](https://arxiv.org/abs/2502.01456).
  ///
  /// @param logProbs log π_φ, `[T]`
  /// @param reference log π_ref, `[T]`
  public static float[] process(float[] logProbs, float[] reference, double beta) {
    float[] rewards = new float[logProbs.length];
    for (int t = 0; t < rewards.length; t++) {
      rewards[t] = (float) (beta * ((double) logProbs[t] - reference[t]));
    }
    return rewards;
  }

  /// Returns the cross-entropy of σ(s) with an outcome, s the sum of a completion's process
  /// rewards.
  ///
  /// @param outcome 1 for a right answer, 0 for a wrong one
  public static double crossEntropy(double score, double outcome) {
    double softplus = Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)));
    return softplus - outcome * score;
  }

  /// Returns the gradient of [#crossEntropy] at log π_φ of each of the completion's tokens: β (σ(s)
  /// - outcome), the same for all.
  public static double gradient(double score, double outcome, double beta) {
    return beta * (1 / (1 + Math.exp(-score)) - outcome);
  }

  /// Returns the advantages of tokens: leave-one-out process rewards, discounted and summed to the
  /// end, plus the leave-one-out outcome. The baseline of process rewards is the mean over the
  /// other completions of each one's mean over its tokens.
  ///
  /// ```
  /// A_t^i = Σ_{s≥t} γ^(s-t) (r_s^i - 1/(G-1) Σ_{j≠i} mean(r^j)) + o^i - 1/(G-1) Σ_{j≠i} o^j
  /// ```
  ///
  /// @param process r, `[P*G][T]`, groups side by side; empty rows count in no baseline
  /// @param outcomes o, `[P*G]`; NaN where there is none
  public static float[][] advantages(
      float[][] process, double[] outcomes, int groupSize, double gamma) {
    double[] means = new double[process.length];
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      for (float r : process[i]) {
        sum += r;
      }
      means[i] = sum / process[i].length; // NaN without tokens
    }
    double[] baselines = Statistics.meanOfOthers(means, groupSize);
    double[] outcome = Statistics.leaveOneOut(outcomes, groupSize);
    float[][] advantages = new float[process.length][];
    for (int i = 0; i < advantages.length; i++) {
      double[] centred = new double[process[i].length];
      double baseline = Double.isNaN(baselines[i]) ? 0 : baselines[i];
      for (int t = 0; t < centred.length; t++) {
        centred[t] = process[i][t] - baseline;
      }
      advantages[i] = KlReward.returns(centred, gamma);
      for (int t = 0; t < centred.length; t++) {
        advantages[i][t] += (float) outcome[i];
      }
    }
    return advantages;
  }

  /// Returns the share of pairs of a right and a wrong answer to the same prompt of which the right
  /// one has the higher score; NaN where there is no such pair.
  ///
  /// @param scores `[P*G]`, groups side by side
  /// @param outcomes 1, 0 or NaN, `[P*G]`
  public static double pairAccuracy(double[] scores, double[] outcomes, int groupSize) {
    int pairs = 0;
    double right = 0;
    for (int i = 0; i < scores.length; i++) {
      int start = i / groupSize * groupSize;
      for (int j = start; j < start + groupSize; j++) {
        if (outcomes[i] == 1 && outcomes[j] == 0) {
          pairs++;
          right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return pairs == 0 ? Double.NaN : right / pairs;
  }
}
