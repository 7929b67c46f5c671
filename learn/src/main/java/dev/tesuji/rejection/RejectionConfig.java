package dev.tesuji.rejection;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;

/// How samples are drawn.
///
/// @param prompts how many prompts in all
/// @param promptsPerStep how many at a time; between two times everything is saved
/// @param samplesPerPrompt how many samples of each
/// @param maxNewTokens the length limit of a sample
/// @param sampling how tokens are chosen
public record RejectionConfig(
    long prompts, int promptsPerStep, int samplesPerPrompt, int maxNewTokens, Sampling sampling) {
  /// Checks the ranges.
  public RejectionConfig {
    Require.atLeast(1, "prompts", prompts);
    Require.atLeast(1, "promptsPerStep", promptsPerStep);
    Require.atLeast(1, "samplesPerPrompt", samplesPerPrompt);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
  }

  /// Returns how many steps it takes to pose all prompts.
  public int steps() {
    return Math.toIntExact(Math.ceilDiv(prompts, promptsPerStep));
  }
}
