package dev.tesuji.train;

import dev.tesuji.check.Require;

/// When the [Guardian] halts a run.
///
/// @param action what it does about trouble; numbers that are none halt a run in any case
/// @param minEntropy the policy has collapsed at or below this entropy, in nats per token
/// @param maxEntropyShare it writes noise at or above this share of ln(vocabulary)
/// @param maxClipped it no longer ends when this share of completions reaches the length limit
/// @param patience for how many steps in a row one of these must hold, or no group have signal
/// @param heldOutEvery after how many steps held-out problems are posed; 0 for never
/// @param heldOutProblems how many, one response each
public record GuardianConfig(
    Action action,
    double minEntropy,
    double maxEntropyShare,
    double maxClipped,
    int patience,
    int heldOutEvery,
    int heldOutProblems) {
  /// Ten steps of patience; 64 held-out problems every 25 steps.
  ///
  /// The built-in task ends near 0.006 nats when it is solved, a base near 0.16: 0.001 is a policy
  /// that says the same whatever one asks.
  public static final GuardianConfig DEFAULT =
      new GuardianConfig(Action.HALT, 0.001, 0.9, 0.95, 10, 25, 64);

  /// Watches nothing but that numbers are numbers.
  public static final GuardianConfig OFF = new GuardianConfig(Action.OFF, 0, 1, 1, 1, 0, 1);

  /// The guardian's action in case of trouble.
  public enum Action {
    /// It halts the run and takes it back to its best checkpoint.
    HALT,
    /// It says so once, marks the steps in the metrics, and the run goes on.
    WARN,
    /// It does not look.
    OFF
  }

  /// Checks the ranges.
  public GuardianConfig {
    Require.that(minEntropy >= 0, "minEntropy", "at least 0", minEntropy);
    Require.that(
        maxEntropyShare > 0 && maxEntropyShare <= 1,
        "maxEntropyShare",
        "above 0 and at most 1",
        maxEntropyShare);
    Require.that(
        maxClipped > 0 && maxClipped <= 1, "maxClipped", "above 0 and at most 1", maxClipped);
    Require.atLeast(1, "patience", patience);
    Require.atLeast(0, "heldOutEvery", heldOutEvery);
    Require.atLeast(1, "heldOutProblems", heldOutProblems);
  }

  /// Returns whether held-out problems are posed.
  boolean measures() {
    return action != Action.OFF && heldOutEvery > 0;
  }
}
