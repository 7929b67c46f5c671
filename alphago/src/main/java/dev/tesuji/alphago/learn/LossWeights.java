package dev.tesuji.alphago.learn;

import dev.tesuji.check.Require;

/// The weights of a network's losses.
///
/// @param policy of the cross-entropy with the target
/// @param value of the result
/// @param score of the points
/// @param ownership of whose cells are whose, the mean over cells
public record LossWeights(double policy, double value, double score, double ownership) {
  /// What AlphaZero learns from, with ownership and score as helpers.
  public static final LossWeights DEFAULT = new LossWeights(1, 1, 0.1, 0.5);

  /// The policy alone.
  public static final LossWeights POLICY = new LossWeights(1, 0, 0, 0);

  /// The value alone.
  public static final LossWeights VALUE = new LossWeights(0, 1, 0, 0);

  /// Checks the ranges.
  public LossWeights {
    Require.that(policy >= 0, "policy", "at least 0", policy);
    Require.that(value >= 0, "value", "at least 0", value);
    Require.that(score >= 0, "score", "at least 0", score);
    Require.that(ownership >= 0, "ownership", "at least 0", ownership);
  }
}
