package dev.tesuji.rl.grpo;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.rl.algorithm.Update.Counts;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;

/// The losses of GRPO and its kin: the quantity that is minimised per token, and the average that
/// is taken of it. Each holds its own settings.
public sealed interface GrpoLoss {
  /// Returns the quantity that is minimised per token.
  Surrogate surrogate();

  /// Returns the weight of each token of a completion with `tokens` scored tokens, so that the loss
  /// is the weighted sum of all token losses.
  double tokenWeight(int tokens, Counts counts);

  /// The clip ranges of DAPO, 0.2 and 0.28, which all losses that clip begin with.
  ClippedSurrogate CLIP = new ClippedSurrogate(0.2, 0.28);

  /// The mean over completions of each one's mean
  /// ([DeepSeekMath](https://arxiv.org/abs/2402.03300)).
  record Grpo(@Unwrapped ClippedSurrogate surrogate) implements GrpoLoss {
    /// DAPO's clip ranges.
    public static final Grpo DEFAULT = new Grpo(CLIP);

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / (tokens * (double) counts.completions());
    }
  }

  /// The mean over the tokens of an update.
  record Bnpo(@Unwrapped ClippedSurrogate surrogate) implements GrpoLoss {
    /// DAPO's clip ranges.
    public static final Bnpo DEFAULT = new Bnpo(CLIP);

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / counts.updateTokens();
    }
  }

  /// The sum over tokens, divided by completions times the length limit: a constant, so that long
  /// wrong answers are not favoured ([Dr. GRPO](https://arxiv.org/abs/2503.20783)).
  record DrGrpo(@Unwrapped ClippedSurrogate surrogate) implements GrpoLoss {
    /// DAPO's clip ranges.
    public static final DrGrpo DEFAULT = new DrGrpo(CLIP);

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / ((double) counts.completions() * counts.maxTokens());
    }
  }

  /// The mean over the tokens of the whole batch of completions
  /// ([DAPO](https://arxiv.org/abs/2503.14476)).
  record Dapo(@Unwrapped ClippedSurrogate surrogate) implements GrpoLoss {
    /// DAPO's clip ranges.
    public static final Dapo DEFAULT = new Dapo(CLIP);

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / counts.batchTokens();
    }
  }

  /// REINFORCE with cut ratios as weights, so that no token loses its gradient, CISPO of
  /// [MiniMax-M1](https://arxiv.org/abs/2506.13585):
  ///
  /// ```
  /// loss = -sg(min(ρ, c)) A log π          (sg: without gradient)
  /// ```
  ///
  /// @param cap c, the most that a ratio may weigh (TRL: 5)
  record Cispo(double cap) implements GrpoLoss, Surrogate {
    /// TRL's cap.
    public static final Cispo DEFAULT = new Cispo(5);

    /// Checks the range.
    public Cispo {
      Require.that(
          cap > 1,
          "cap",
          "above 1 (ratios on policy are 1): it is the most that one may weigh",
          cap);
    }

    @Override
    public Surrogate surrogate() {
      return this;
    }

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / counts.batchTokens();
    }

    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages) {
      Tensor weight = logRatio.detach().exp().clamp(0, cap);
      return weight.mul(advantages).mul(tokens.logProbs()).neg();
    }

    @Override
    public void measure(MetricAccumulator metrics, double[] logRatios, float[] advantages) {
      int cut = 0;
      for (int i = 0; i < logRatios.length; i++) {
        cut += Math.exp(logRatios[i]) > cap && advantages[i] > 0 ? 1 : 0;
      }
      metrics.add("cispo_clip_ratio", cut, logRatios.length);
    }

    @Override
    public void describe(Metrics metrics) {
      metrics.put("clip_range/high", cap);
    }
  }

  /// A sigmoid gate around the ratio in place of the clip,
  /// [SAPO](https://arxiv.org/abs/2511.20347):
  ///
  /// ```
  /// loss = -(4 / τ) σ(τ (ρ - 1)) A          τ by the sign of A
  /// ```
  ///
  /// @param positiveTemperature τ for positive advantages
  /// @param negativeTemperature τ for the others
  record Sapo(double positiveTemperature, double negativeTemperature)
      implements GrpoLoss, Surrogate {
    /// The paper's values.
    public static final Sapo DEFAULT = new Sapo(1, 1.05);

    /// Checks the ranges.
    public Sapo {
      Require.that(positiveTemperature > 0, "positiveTemperature", "above 0", positiveTemperature);
      Require.that(negativeTemperature > 0, "negativeTemperature", "above 0", negativeTemperature);
    }

    @Override
    public Surrogate surrogate() {
      return this;
    }

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / (tokens * (double) counts.completions());
    }

    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages) {
      Tensor above = advantages.gt(0).to(advantages.dtype());
      Tensor temperature =
          above.mul(positiveTemperature - negativeTemperature).add(negativeTemperature);
      Tensor gate = logRatio.exp().sub(1).mul(temperature).sigmoid().mul(4).div(temperature);
      return gate.mul(advantages).neg();
    }
  }

  /// The sum over a completion's tokens, meant for ratios of sequences
  /// ([LUSPO](https://arxiv.org/abs/2602.05261)).
  record Luspo(@Unwrapped ClippedSurrogate surrogate) implements GrpoLoss {
    /// DAPO's clip ranges.
    public static final Luspo DEFAULT = new Luspo(CLIP);

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / counts.completions();
    }
  }

  /// REINFORCE weighted by a smooth function of the sequence's ratio
  /// ([VESPO](https://arxiv.org/abs/2602.10693)): -φ(s) A log π.
  ///
  /// @param positiveShape k for advantages of at least 0
  /// @param positiveRate λ for advantages of at least 0
  /// @param negativeShape k for negative advantages
  /// @param negativeRate λ for negative advantages
  record Vespo(double positiveShape, double positiveRate, double negativeShape, double negativeRate)
      implements GrpoLoss, Surrogate {
    /// The paper's values.
    public static final Vespo DEFAULT = new Vespo(2, 3, 3, 2);

    /// Checks the ranges.
    public Vespo {
      Require.that(positiveShape >= 0, "positiveShape", "at least 0", positiveShape);
      Require.that(positiveRate >= 0, "positiveRate", "at least 0", positiveRate);
      Require.that(negativeShape >= 0, "negativeShape", "at least 0", negativeShape);
      Require.that(negativeRate >= 0, "negativeRate", "at least 0", negativeRate);
    }

    @Override
    public Surrogate surrogate() {
      return this;
    }

    @Override
    public double tokenWeight(int tokens, Counts counts) {
      return 1.0 / counts.batchTokens();
    }

    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages) {
      return advantages.mul(tokens.logProbs()).neg();
    }

    @Override
    public boolean weighsSampler() {
      return true;
    }

    /// Returns φ(w) = exp(λ) w^k exp(-λ w) of the ratio w of a whole sequence, the product over its
    /// tokens: 1 at w = 1 and falling to both sides.
    ///
    /// @param sampler π_old / π_sampler of its tokens; empty without a correction
    public double weight(double advantage, float[] logProbs, float[] old, double[] sampler) {
      double log = 0;
      for (int t = 0; t < old.length; t++) {
        log += Math.clamp((double) logProbs[t] - old[t], -MOST_LOG, MOST_LOG);
      }
      for (double s : sampler) {
        log += Math.clamp(Math.log(s), LEAST_LOG, MOST_LOG);
      }
      log = Math.clamp(log, LEAST_LOG, MOST_LOG);
      double shape = advantage >= 0 ? positiveShape : negativeShape;
      double rate = advantage >= 0 ? positiveRate : negativeRate;
      return Math.exp(rate + shape * log - rate * Math.exp(log));
    }

    private static final double LEAST_LOG = Math.log(1e-8); // TRL's bounds on log w
    private static final double MOST_LOG = 20;
  }
}
