/// Statistics: intervals and tests for means over problems and over seeds.
///
/// - [dev.tesuji.statistics.Interval]: 95 % intervals of a mean; for shares after Agresti and
///   Coull, so that they hold when every response was right.
/// - [dev.tesuji.statistics.StudentT]: quantiles of Student's t, for means over a few seeds.
/// - [dev.tesuji.statistics.Paired]: the difference of two models that share their seeds, tested in
///   pairs.
@org.jspecify.annotations.NullMarked
package dev.tesuji.statistics;
