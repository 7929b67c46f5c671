/// Several runs on one page: one recipe with several seeds, or in several variants, each with
/// several seeds.
///
/// # The problem
///
/// Which algorithm, or which learning rate, is better? One run of each says little: two seeds of
/// the same recipe differ by as much as two algorithms. Runs by hand with a spreadsheet beside them
/// end up with other settings than one thinks. And of one run alone, its table of models does not
/// say which of its differences another seed would show too.
///
/// # What is done
///
/// A file with `variants` and `seeds` ([dev.tesuji.recipe.Comparison]) becomes whole recipes, all
/// checked before any is run. `./tesuji run` runs it like any recipe: each run is a process of its
/// own, the one that `./tesuji run RECIPE` would be, so that none warms up for another, memory is
/// counted for each, and one that dies costs one run. A file with `seeds` alone, or any recipe with
/// `seeds=[1,2,3]` on the command line, is run as it is: its only variant is itself, under its
/// name.
///
/// ```
/// runs/NAME/
///   recipe.yaml            every value of every variant
///   recipes/VARIANT-SEED.yaml
///   runs/VARIANT-SEED/     a run directory like any other, with its report
///   runs/VARIANT-SEED.log  what the run said
///   compare.json, compare.html     of variants
///   report.json, report.html       of one recipe over its seeds, where a run's report is looked for
///   overoptimisation.json, overoptimisation.html   where a stage has a gold reward
/// ```
///
/// Seeds go round last: all variants with the first seed, then all with the second. So a mistake in
/// any variant shows early, and a comparison that is stopped has something of everything. The page
/// is written again after every run.
///
/// A run that halts does not stop the others: that an algorithm collapses with one seed of three is
/// a result. `--resume` leaves out runs that have their report, and those that their guardian
/// halted: their folder has `halted.json`, which says why, and which goes when such a run is
/// resumed by itself (`./tesuji run recipes/VARIANT-SEED.yaml --out runs/VARIANT-SEED --resume`).
/// Deleting the folder has the run made anew. All other runs that were begun are resumed: those
/// that were stopped or killed, that crashed, or whose rewards could not be had.
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
/// ([dev.tesuji.statistics.Interval#overRuns]): with three seeds t is 4.3, so it is wide, and
/// rightly so.
///
/// Where the runs of a variant evaluate several models, the table of those is averaged too, and
/// every difference between two of them is tested, in pairs over the seeds
/// ([dev.tesuji.report.compare.StageSeeds]): a stage that made no difference is said to have made
/// none.
///
/// # One recipe over its seeds
///
/// `SeedsReport` has the table of models with means and intervals, every seed as a point, and the
/// accuracies on parts of the task; each stage against the model that it started from, and the last
/// model against the base, measure by measure, with the interval, p, and "not significant" where p
/// is 0.05 or more; every other pair folded away; pass@k beside maj@k
/// ([dev.tesuji.report.PassAtKComparison]) and costs per stage, as means (`SeedMeans`); links to
/// each run's own pages. It counts the seeds whose runs have ended, and names the others with what
/// halted them. A single seed has its own table, with intervals over problems, and no test: how
/// much another seed would change is not to be known from it.
///
/// Tests are many (a dozen measures of half a dozen pairs) and not corrected for it, so that one in
/// twenty calls chance an effect. With three seeds only a difference several times as large as its
/// spread is significant; "not significant" then says that the seeds are too few to tell as often
/// as that there is nothing.
///
/// # Side by side
///
/// `threadsPerRun` lets several runs share the machine, each with so many threads. A model too
/// small to keep two cores busy gets more done that way. The seconds of such runs compare with each
/// other, not with those of a run alone.
///
/// # Reading order
///
/// [dev.tesuji.recipe.Comparison], [dev.tesuji.compare.ComparisonRunner], `PlannedRun`,
/// [dev.tesuji.compare.Launcher], `SeedResult`, `VariantResult`, `Results`, `ComparisonReport`,
/// [dev.tesuji.report.compare.StageSeeds], `SeedsReport`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compare;
