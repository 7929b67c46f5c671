package dev.tesuji.policy;

import dev.tesuji.check.Require;
import dev.tesuji.generate.PromptLookup;

/// How training takes sequences through the model.
///
/// @param tokensPerDevice how many tokens go through the model at once; more is faster and takes
///   more memory, the gradient is the same
/// @param gradientCheckpointing whether only each layer's input is kept for the backward pass and
///   the layer runs again then: a third more time, much less memory, the same gradient
/// @param balanceLoss α of the experts' balance loss: sequence by sequence for DeepSeek-V3 ([the
///   paper](https://arxiv.org/abs/2412.19437), Eq. 17: 1e-4 in pretraining), over all tokens and
///   layers of a pass for Qwen (transformers' `router_aux_loss_coef`: 1e-3); 0 for none
/// @param biasUpdateRate γ, by how much an update moves the routing bias of experts that read more
///   or less than the mean (there: 1e-3 in pretraining); 0 leaves it
/// @param products the type in which a float32 model multiplies
/// @param rollouts how the policy computes where reinforcement learning draws from it
/// @param promptLookup speculative decoding by n-grams of a text's own (vLLM's `ngram`,
///   transformers' `prompt_lookup_num_tokens`): the most tokens of a completion that are proposed
///   at a time, wherever the run draws; 0 for none. Changes no token, and is for few completions at
///   once that repeat their prompts or themselves
/// @param leaves into how many parts an update is cut whose gradients are computed from zero and
///   summed as a binary tree, so that any number of machines comes to the same bits; 0 or 1 for one
///   sum in the order of its passes. Another number rounds otherwise
public record ComputeConfig(
    int tokensPerDevice,
    boolean gradientCheckpointing,
    double balanceLoss,
    double biasUpdateRate,
    MatmulPrecision products,
    RolloutPrecision rollouts,
    int promptLookup,
    int leaves) {
  /// 4,096 tokens at once, everything kept for the backward pass.
  public static final ComputeConfig DEFAULT =
      new ComputeConfig(4096, false, 0, 0, MatmulPrecision.AUTO);

  /// Proposes no tokens.
  public ComputeConfig(
      int tokensPerDevice,
      boolean gradientCheckpointing,
      double balanceLoss,
      double biasUpdateRate,
      MatmulPrecision products,
      RolloutPrecision rollouts) {
    this(
        tokensPerDevice,
        gradientCheckpointing,
        balanceLoss,
        biasUpdateRate,
        products,
        rollouts,
        0,
        0);
  }

  /// Draws as it trains.
  public ComputeConfig(
      int tokensPerDevice,
      boolean gradientCheckpointing,
      double balanceLoss,
      double biasUpdateRate,
      MatmulPrecision products) {
    this(
        tokensPerDevice,
        gradientCheckpointing,
        balanceLoss,
        biasUpdateRate,
        products,
        RolloutPrecision.SAME);
  }

  /// Returns the same settings with another number of leaves.
  public ComputeConfig withLeaves(int number) {
    return new ComputeConfig(
        tokensPerDevice,
        gradientCheckpointing,
        balanceLoss,
        biasUpdateRate,
        products,
        rollouts,
        promptLookup,
        number);
  }

  /// Checks the ranges.
  public ComputeConfig {
    Require.atLeast(1, "tokensPerDevice", tokensPerDevice);
    Require.that(balanceLoss >= 0, "balanceLoss", "at least 0 (0: none)", balanceLoss);
    PromptLookup.require("promptLookup", promptLookup);
    Require.atLeast(0, "leaves", leaves);
    Require.that(biasUpdateRate >= 0, "biasUpdateRate", "at least 0 (0: none)", biasUpdateRate);
  }
}
