package dev.tesuji.curriculum;

import dev.tesuji.check.Require;
import org.jspecify.annotations.Nullable;

/// The measurement of how often the model that a stage starts from solves each problem, and the
/// problems that are posed for it.
///
/// @param samples how many completions of each problem are drawn to measure it, as the stage draws
///   its own
/// @param problems how many problems of each task are measured, the first in the order of the
///   stage's seed; absent for all. Others are not posed
/// @param minPassRate the least share of right completions of a problem that is posed
/// @param maxPassRate the largest share
public record PassRateFilter(
    int samples, @Nullable Integer problems, double minPassRate, double maxPassRate) {
  /// 8 completions of every problem; what is solved always or never is left out.
  public static final PassRateFilter DEFAULT = new PassRateFilter(8, null, 0.1, 0.9);

  /// Checks the ranges.
  public PassRateFilter {
    Require.atLeast(1, "samples", samples);
    if (problems != null) {
      Require.atLeast(1, "problems", problems);
    }
    Require.that(
        minPassRate >= 0 && minPassRate <= maxPassRate && maxPassRate <= 1,
        "minPassRate and maxPassRate",
        "from 0 to 1, the first at most the second",
        minPassRate + " and " + maxPassRate);
  }

  /// Tests whether a problem is posed.
  public boolean keeps(double passRate) {
    return passRate >= minPassRate && passRate <= maxPassRate;
  }
}
