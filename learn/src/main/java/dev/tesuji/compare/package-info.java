/// Comparisons: one recipe in several variants, each with several seeds.
///
/// # The problem
///
/// Which algorithm, or which learning rate, is better? One run of each says little: two seeds of
/// the same recipe differ by as much as two algorithms. Runs by hand with a spreadsheet beside them
/// end up with other settings than one thinks.
///
/// # What is done
///
/// A file with `variants` and `seeds` ([dev.tesuji.recipe.Comparison]) becomes whole recipes, all
/// checked before any is run. `./tesuji run` runs it like any recipe: each run is a process of its
/// own, the one that `./tesuji run RECIPE` would be, so that none warms up for another, memory is
/// counted for each, and one that dies costs one run.
///
/// ```
/// runs/NAME/
///   recipe.yaml            every value of every variant
///   recipes/VARIANT-SEED.yaml
///   runs/VARIANT-SEED/     a run directory like any other, with its report
///   runs/VARIANT-SEED.log  what the run said
///   compare.json, compare.html
///   overoptimisation.json, overoptimisation.html   where a stage has a gold reward
/// ```
///
/// Seeds go round last: all variants with the first seed, then all with the second. So a mistake in
/// any variant shows early, and a comparison that is stopped has something of everything. The page
/// is written again after every run.
///
/// `--resume` leaves out runs that have their report and resumes those that were begun. A run that
/// halts does not stop the comparison: that an algorithm collapses with one seed of three is a
/// result.
///
/// # Numbers
///
/// A curve's points are the accuracies on held-out problems that the run's guardian measured
/// (`eval/accuracy` in `metrics.jsonl`; `guardian.heldOutEvery` says how often), between the
/// evaluations before and after the training, which take more samples. Its two axes are
///
/// - completions drawn, those that a filter left out included: the cost that grows with the model;
/// - seconds of training steps, without evaluations.
///
/// A variant's curve is the mean over its seeds, point by point; the band goes from its worst seed
/// to its best. The interval of the final accuracy is Student's t over seeds
/// ([dev.tesuji.evaluate.Interval#overRuns]): with three seeds t is 4.3, so it is wide, and rightly
/// so.
///
/// Where the runs of a variant evaluate several models, the table of those is averaged too, and
/// every difference between two of them is tested, in pairs over the seeds
/// ([dev.tesuji.compare.StageSeeds]): a stage that made no difference is said to have made none.
///
/// # Side by side
///
/// `threadsPerRun` lets several runs share the machine, each with so many threads. A model too
/// small to keep two cores busy gets more done that way. The seconds of such runs compare with each
/// other, not with those of a run alone.
///
/// # Reading order
///
/// [dev.tesuji.recipe.Comparison], [dev.tesuji.compare.ComparisonRunner],
/// [dev.tesuji.compare.Launcher], `Track`, `Standing`, [dev.tesuji.compare.StageSeeds],
/// `ComparisonReport`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compare;
