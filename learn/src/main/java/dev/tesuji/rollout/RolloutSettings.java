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
/// @param eightBit whether the weights are rounded to 8 bits for it, where the model can
public record RolloutSettings(
    int samples,
    int maxNewTokens,
    Sampling sampling,
    boolean greedyBaseline,
    long seed,
    boolean eightBit) {
  /// Checks the ranges.
  public RolloutSettings {
    Require.atLeast(1, "samples", samples);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
  }

  /// Makes settings that draw with the weights as they are.
  public RolloutSettings(
      int samples, int maxNewTokens, Sampling sampling, boolean greedyBaseline, long seed) {
    this(samples, maxNewTokens, sampling, greedyBaseline, seed, false);
  }

  /// Makes settings without a greedy baseline.
  public RolloutSettings(int samples, int maxNewTokens, Sampling sampling, long seed) {
    this(samples, maxNewTokens, sampling, false, seed);
  }

  /// Returns the same with another number of samples.
  public RolloutSettings withSamples(int other) {
    return new RolloutSettings(other, maxNewTokens, sampling, greedyBaseline, seed, eightBit);
  }
}
