package dev.tesuji.rollout;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;

/// How rollouts are sampled.
///
/// @param samples G, rollouts per problem
/// @param maxNewTokens the most tokens that the policy samples in one rollout
/// @param sampling how tokens are chosen
/// @param greedyBaseline whether each problem gets one more rollout, that takes the most likely
///   token every time
/// @param seed of the stream of randomness; the same seed, problem's id and sample give the same
///   rollout from the same weights
public record RolloutSettings(
    int samples, int maxNewTokens, Sampling sampling, boolean greedyBaseline, long seed) {
  /// Checks the ranges.
  public RolloutSettings {
    Require.atLeast(1, "samples", samples);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
  }

  /// Makes settings without a greedy baseline.
  public RolloutSettings(int samples, int maxNewTokens, Sampling sampling, long seed) {
    this(samples, maxNewTokens, sampling, false, seed);
  }

  /// Returns the same with another number of samples.
  public RolloutSettings withSamples(int other) {
    return new RolloutSettings(other, maxNewTokens, sampling, greedyBaseline, seed);
  }
}
