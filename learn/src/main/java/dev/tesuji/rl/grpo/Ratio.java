package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;

/// How the ratio between the policy and the one that drew the completions is taken, and what
/// becomes of completions that the policy has moved away from.
///
/// @param level whether each token has its ratio or each completion one
/// @param most δ, a bound on the ratio in losses ([INTELLECT-2](https://arxiv.org/abs/2505.07291));
///   0 for none
/// @param offPolicyMask the mean of log π_old - log π above which a completion with a negative
///   advantage is left out ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)); 0 for no mask
/// @param sampler how a sampler is corrected that gives other probabilities than the trainer
/// @param samplerMost the most that this correction may be (TRL: 3)
/// @param soft the temperatures of `sapo` and the shapes of `vespo`
public record Ratio(
    Level level,
    double most,
    double offPolicyMask,
    Sampler sampler,
    double samplerMost,
    Soft soft) {
  /// One ratio per token, no bound, no mask and no correction.
  public static final Ratio DEFAULT = new Ratio(Level.TOKEN, 0, 0, Sampler.NONE, 3, Soft.DEFAULT);

  /// Checks the ranges.
  public Ratio {
    Require.that(most == 0 || most > 1, "most", "above 1, or 0 for no bound", most);
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

  /// Temperatures and shapes of the losses that do not clip; TRL's values.
  ///
  /// @param positiveTemperature τ of `sapo` for positive advantages
  /// @param negativeTemperature τ of `sapo` for negative advantages
  /// @param positiveShape k of `vespo` for advantages of at least 0
  /// @param positiveRate λ of `vespo` for advantages of at least 0
  /// @param negativeShape k of `vespo` for negative advantages
  /// @param negativeRate λ of `vespo` for negative advantages
  public record Soft(
      double positiveTemperature,
      double negativeTemperature,
      double positiveShape,
      double positiveRate,
      double negativeShape,
      double negativeRate) {
    /// The values of the papers.
    public static final Soft DEFAULT = new Soft(1, 1.05, 2, 3, 3, 2);

    /// Checks the ranges.
    public Soft {
      Require.that(positiveTemperature > 0, "positiveTemperature", "above 0", positiveTemperature);
      Require.that(negativeTemperature > 0, "negativeTemperature", "above 0", negativeTemperature);
      Require.that(positiveShape >= 0, "positiveShape", "at least 0", positiveShape);
      Require.that(positiveRate >= 0, "positiveRate", "at least 0", positiveRate);
      Require.that(negativeShape >= 0, "negativeShape", "at least 0", negativeShape);
      Require.that(negativeRate >= 0, "negativeRate", "at least 0", negativeRate);
    }
  }
}
