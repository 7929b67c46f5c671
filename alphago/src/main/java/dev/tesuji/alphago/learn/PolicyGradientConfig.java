package dev.tesuji.alphago.learn;

import dev.tesuji.check.Require;

/// The settings of self-play by policy gradient.
///
/// @param games of each update, half of them with each colour
/// @param snapshotEvery after how many updates the network joins the pool of opponents
/// @param poolSize the most opponents; the one that it began as stays
/// @param klCoefficient β of the KL divergence from the network that it began as
/// @param openingPlies random actions at the start of each game
public record PolicyGradientConfig(
    int games, int snapshotEvery, int poolSize, double klCoefficient, int openingPlies) {
  /// What was stable in the probe.
  public static final PolicyGradientConfig DEFAULT = new PolicyGradientConfig(384, 6, 10, 0.05, 2);

  /// Checks the ranges.
  public PolicyGradientConfig {
    Require.that(games >= 2 && games % 2 == 0, "games", "even and at least 2", games);
    Require.atLeast(1, "snapshotEvery", snapshotEvery);
    Require.atLeast(1, "poolSize", poolSize);
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.atLeast(0, "openingPlies", openingPlies);
  }
}
