package dev.tesuji.sft;

import dev.tesuji.input.Require;
import dev.tesuji.optim.OptimizerConfig;

/// The settings of learning from texts.
///
/// @param steps how many updates
/// @param batchSize texts per update
/// @param loss the loss per token
/// @param optimizer the optimizer
/// @param tokensPerMicroBatch how many tokens go through the model at once
public record ImitationConfig(
    int steps, int batchSize, SftLoss loss, OptimizerConfig optimizer, int tokensPerMicroBatch) {
  /// Checks the ranges.
  public ImitationConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "batchSize", batchSize);
    Require.atLeast(1, "tokensPerMicroBatch", tokensPerMicroBatch);
  }
}
