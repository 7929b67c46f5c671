/// Reports over several runs: one recipe over its seeds, or several variants with several seeds
/// each.
///
/// [dev.tesuji.report.compare.SeedResult] reads what one run came to,
/// [dev.tesuji.report.compare.VariantResult] gathers the seeds of a variant, and
/// [dev.tesuji.report.compare.SeedsReport] and [dev.tesuji.report.compare.ComparisonReport] draw
/// the pages. Differences between stages are tested in pairs over seeds
/// ([dev.tesuji.statistics.Paired]): two models of one run share its seed.
@org.jspecify.annotations.NullMarked
package dev.tesuji.report.compare;
