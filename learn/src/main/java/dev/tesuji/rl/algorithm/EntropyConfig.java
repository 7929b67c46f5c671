package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;

/// How the entropy of a token's distribution counts, in all algorithms.
///
/// @param coefficient the weight of a bonus for entropy; 0 for none. With a target the first one
/// @param topQuantile the share of an update's tokens, those of highest entropy, that have a policy
///   gradient ([Wang et al., 2025](https://arxiv.org/abs/2506.01939): 0.2); 1 for all
/// @param target the entropy in nats that the coefficient is adapted to hold
///   ([Skywork-OR1](https://arxiv.org/abs/2505.22312): 0.2); 0 leaves it constant
/// @param step by how much a step adapts the coefficient (there: 0.005)
/// @param most the largest coefficient that adapting reaches
public record EntropyConfig(
    double coefficient, double topQuantile, double target, double step, double most) {
  /// Entropy does not count.
  public static final EntropyConfig DEFAULT = new EntropyConfig(0, 1);

  /// Makes a constant bonus.
  public EntropyConfig(double coefficient, double topQuantile) {
    this(coefficient, topQuantile, 0, 0.005, 1);
  }

  /// Checks the ranges.
  public EntropyConfig {
    Require.that(coefficient >= 0, "coefficient", "at least 0 (0: no bonus)", coefficient);
    Require.that(
        topQuantile > 0 && topQuantile <= 1,
        "topQuantile",
        "above 0 and at most 1 (1: all tokens)",
        topQuantile);
    Require.that(target >= 0, "target", "at least 0 (0: the coefficient is constant)", target);
    Require.that(step > 0, "step", "above 0", step);
    Require.that(most > 0, "most", "above 0", most);
    Require.that(
        target == 0 || coefficient <= most,
        "coefficient",
        "at most 'most' (" + most + ") with a target",
        coefficient);
  }

  /// Tests for a bonus.
  public boolean isOn() {
    return coefficient > 0 || target > 0;
  }
}
