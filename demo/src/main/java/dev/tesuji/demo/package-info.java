/// The demonstrations that come with Tesuji, as recipes name them.
///
/// # The problem
///
/// A library that trains on other people's tasks must not know its own examples: where it does,
/// every example is a special case in the product, and a task of a user's own can do less.
///
/// # The answer
///
/// Demonstrations use the same doors as everybody: kinds of tasks, corpora, comparisons, rewards,
/// data and tokens ([dev.tesuji.recipe]), a task that measures more than accuracy
/// ([dev.tesuji.evaluate.MeasuringTask]), a measurement of gold rewards
/// ([dev.tesuji.stage.GoldMetric]), a further page of comparisons ([dev.tesuji.compare.Appendix]).
/// [dev.tesuji.demo.Demonstrations] lists what they add; the command line hands that to the reader
/// of recipes. Nothing but the command line imports them, which a law checks.
///
/// | demonstration | package |
/// |---|---|
/// | sums that are easy step by step | `dev.tesuji.chainsums` |
/// | numbers that are to make a target | `dev.tesuji.countdown` |
/// | sums told in words and constraints on texts, for models that others trained | `dev.tesuji.wordproblems` |
/// | puzzles, requests and harmful questions in two languages | `dev.tesuji.world` |
/// | a proxy reward, optimised until it no longer helps | `dev.tesuji.overoptimisation` |
@org.jspecify.annotations.NullMarked
package dev.tesuji.demo;
