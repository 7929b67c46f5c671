package dev.tesuji.rl.grpo;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.rl.algorithm.Update.Counts;
import dev.tesuji.tensor.Tensor;

/// The losses of GRPO and its kin: pure functions of tensors.
public final class GrpoLoss {
  private GrpoLoss() {}

  /// Returns what a loss type minimises per token.
  public static Surrogate surrogate(Grpo grpo) {
    Ratio.Soft soft = grpo.ratio().soft();
    return switch (grpo.loss()) {
      case GRPO, BNPO, DR_GRPO, DAPO, LUSPO ->
          new ClippedSurrogate(grpo.clipLow(), grpo.clipHigh(), grpo.ratio().most());
      case CISPO -> new Cispo(grpo.clipHigh());
      case SAPO -> new Sapo(soft.positiveTemperature(), soft.negativeTemperature());
      case VESPO -> new Reinforce();
    };
  }

  /// Returns the weight of each token of a completion with `tokens` scored tokens, so that the loss
  /// is the weighted sum of all token losses.
  public static double tokenWeight(Grpo.LossType type, int tokens, Counts counts) {
    double completions = counts.completions();
    return switch (type) {
      case GRPO, SAPO -> 1.0 / (tokens * completions);
      case BNPO -> 1.0 / counts.updateTokens();
      case DR_GRPO -> 1.0 / (completions * counts.maxTokens());
      case LUSPO -> 1.0 / completions;
      case DAPO, CISPO, VESPO -> 1.0 / counts.batchTokens();
    };
  }

  /// REINFORCE with cut ratios as weights, CISPO of [MiniMax-M1](https://arxiv.org/abs/2506.13585):
  ///
  /// ```
  /// loss = -sg(min(ρ, ε_high)) A log π          (sg: without gradient)
  /// ```
  ///
  /// @param high ε_high, the most that a ratio may weigh
  record Cispo(double high) implements Surrogate {
    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages) {
      Tensor weight = tokens.logProbs().detach().sub(old).exp().clamp(0, high);
      return weight.mul(advantages).mul(tokens.logProbs()).neg();
    }

    @Override
    public void measure(Means means, float[] logProbs, float[] old, float[] advantages) {
      int cut = 0;
      for (int i = 0; i < logProbs.length; i++) {
        double ratio = Math.exp((double) logProbs[i] - old[i]);
        cut += ratio > high && advantages[i] > 0 ? 1 : 0;
      }
      means.add("cispo_clip_ratio", cut, logProbs.length);
    }
  }

  /// A sigmoid gate around the ratio, [SAPO](https://arxiv.org/abs/2511.20347):
  ///
  /// ```
  /// loss = -(4 / τ) σ(τ (ρ - 1)) A          τ by the sign of A
  /// ```
  ///
  /// @param positive τ for positive advantages
  /// @param negative τ for the others
  record Sapo(double positive, double negative) implements Surrogate {
    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages) {
      Tensor ratio = tokens.logProbs().sub(old).exp();
      Tensor above = advantages.gt(0).to(advantages.dtype());
      Tensor temperature = above.mul(positive - negative).add(negative);
      Tensor gate = ratio.sub(1).mul(temperature).sigmoid().mul(4).div(temperature);
      return gate.mul(advantages).neg();
    }
  }

  /// -A log π: the policy gradient as it is. `vespo` weights it with [SequenceWeights#gamma].
  record Reinforce() implements Surrogate {
    @Override
    public Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages) {
      return advantages.mul(tokens.logProbs()).neg();
    }
  }
}
