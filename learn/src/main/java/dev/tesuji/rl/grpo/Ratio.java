package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;

/// How the ratio between the policy and the one that drew the completions is taken, and what
/// becomes of completions that the policy has moved away from.
///
/// @param level whether each token has its ratio or each completion one
/// @param offPolicyMask the mean of log π_old - log π above which a completion with a negative
///   advantage is left out ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)); 0 for no mask
/// @param sampler how a sampler is corrected that gives other probabilities than the trainer
/// @param samplerMost the most that this correction may be (TRL: 3)
public record Ratio(Level level, double offPolicyMask, Sampler sampler, double samplerMost) {
  /// One ratio per token, no mask and no correction.
  public static final Ratio DEFAULT = new Ratio(Level.TOKEN, 0, Sampler.NONE, 3);

  /// Checks the ranges.
  public Ratio {
    Require.that(offPolicyMask >= 0, "offPolicyMask", "at least 0 (0: no mask)", offPolicyMask);
    Require.that(samplerMost > 0, "samplerMost", "above 0", samplerMost);
  }

  /// What has a ratio.
  public enum Level {
    /// Each token: π(y_t) / π_old(y_t).
    TOKEN,
    /// Each completion: the geometric mean of its tokens' ratios
    /// ([GSPO](https://arxiv.org/abs/2507.18071)).
    SEQUENCE
  }

  /// How π_old / π_sampler is brought in.
  public enum Sampler {
    /// Not at all.
    NONE,
    /// Each token is weighted with it, cut at the most that it may be.
    TOKEN_TRUNCATE,
    /// Each token is weighted with it, and left out beyond the most that it may be.
    TOKEN_MASK,
    /// Each completion is weighted with the product over its tokens, cut at the most.
    SEQUENCE_TRUNCATE,
    /// Each completion is weighted with that product, and left out beyond the most.
    SEQUENCE_MASK
  }
}
