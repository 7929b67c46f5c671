/// Reports: what a run did, on one page that needs nothing but itself.
///
/// Everything here reads files that runs wrote ([dev.tesuji.run.RunDirectory]) and knows nothing of
/// models or trainers.
///
/// [dev.tesuji.report.Report] writes `report.json` and `report.html`: a table with a row per model
/// and a column per measure ([dev.tesuji.report.StageTable]), the cost of each stage, its curves,
/// the reflective words in its completions ([dev.tesuji.report.Reflection]), and responses at
/// random, the best and the worst ([dev.tesuji.report.Transcripts]). For each stage of
/// reinforcement learning it sets pass@k beside maj@k, before and after
/// ([dev.tesuji.report.PassAtKComparison]): reinforcement learning mostly sharpens what the base
/// could already do, and a table without pass@k would hide it.
///
/// [dev.tesuji.report.Page] puts a template, its data and [Chart.js](https://www.chartjs.org) into
/// one file.
///
/// # Reading order
///
/// [dev.tesuji.report.Page], [dev.tesuji.report.Report], [dev.tesuji.report.StageTable],
/// [dev.tesuji.report.PassAtKComparison], [dev.tesuji.report.TrainingCurve].
@org.jspecify.annotations.NullMarked
package dev.tesuji.report;
