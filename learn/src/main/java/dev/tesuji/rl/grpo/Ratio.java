package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;
import dev.tesuji.rl.algorithm.SequenceRatio;

/// How the ratio between the policy and the one that drew the completions is taken, and what
/// becomes of completions that the policy has moved away from.
///
/// @param level whether each token has its ratio or each completion one
/// @param offPolicyMask the mean of log π_old - log π above which a completion with a negative
///   advantage is left out ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)); 0 for no mask
public record Ratio(Level level, double offPolicyMask) {
  /// One ratio per token, and no mask.
  public static final Ratio DEFAULT = new Ratio(Level.TOKEN, 0);

  /// One ratio per completion, and no mask: GSPO.
  public static final Ratio SEQUENCE = new Ratio(Level.SEQUENCE, 0);

  /// Checks the ranges.
  public Ratio {
    Require.that(offPolicyMask >= 0, "offPolicyMask", "at least 0 (0: no mask)", offPolicyMask);
  }

  /// The thing that has a ratio.
  public enum Level {
    /// Each token: π(y_t) / π_old(y_t).
    TOKEN,
    /// Each completion: the geometric mean of its tokens' ratios
    /// ([GSPO](https://arxiv.org/abs/2507.18071)).
    SEQUENCE
  }

  /// Tests whether a completion stays in the loss although the policy has moved away from it: those
  /// with a negative advantage do not beyond a threshold
  /// ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)).
  public boolean keeps(double advantage, float[] logProbs, float[] old) {
    return offPolicyMask == 0
        || advantage >= 0
        || -SequenceRatio.meanLog(logProbs, old) <= offPolicyMask;
  }
}
