package dev.tesuji.recipe;

import dev.tesuji.check.Require;

/// A rule of rejection sampling: a sample is kept when a reward pays at least so much for it.
///
/// @param reward the reward; its weight plays no part
/// @param atLeast the least that it must pay
public record Rule(RewardConfig reward, double atLeast) {
  /// Checks the number.
  public Rule {
    Require.that(Double.isFinite(atLeast), "atLeast", "a finite number", atLeast);
  }
}
