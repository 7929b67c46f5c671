package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;

/// The settings that decide how many updates a batch of completions makes: the same for all
/// algorithms.
///
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
///   (DAPO's overlong filtering)
public record UpdateConfig(int innerEpochs, int miniBatches, boolean maskTruncated) {
  /// One update per batch, of all completions.
  public static final UpdateConfig DEFAULT = new UpdateConfig(1, 1, false);

  /// Checks the ranges.
  public UpdateConfig {
    Require.atLeast(1, "innerEpochs", innerEpochs);
    Require.atLeast(1, "miniBatches", miniBatches);
  }

  /// Returns so many passes of so many updates each.
  public static UpdateConfig of(int innerEpochs, int miniBatches) {
    return new UpdateConfig(innerEpochs, miniBatches, false);
  }

  /// Tests whether every update is made by the policy that drew the completions, so that all ratios
  /// are 1.
  public boolean isOnPolicy() {
    return innerEpochs == 1 && miniBatches == 1;
  }
}
