/// What runs have left in their folders, read without writing there.
///
/// Names of runs come from outside, so they are only ever looked up among those that were found,
/// never made into paths. Rollouts are read by DuckDB ([dev.tesuji.studio.runfolder.RolloutTable])
/// into a table in a temporary folder: the files stay the truth, and a file that changes is read
/// again. Whatever models wrote is text: bytes that are no UTF-8 and lines that are no JSON are
/// shown, not refused.
@org.jspecify.annotations.NullMarked
package dev.tesuji.studio.runfolder;
