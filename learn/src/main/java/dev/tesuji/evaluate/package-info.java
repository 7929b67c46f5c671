/// How good a model is, and how sure we are.
///
/// # Estimates
///
/// A problem gets n responses, c of them right. Then, without bias,
///
/// ```
/// pass@k = 1 - C(n - c, k) / C(n, k)                  Eq. 1 of Chen et al., 2021
/// maj@k  = E over k-subsets of [the majority is right], ties split evenly
/// ```
///
/// [dev.tesuji.evaluate.Votes] computes both exactly, maj@k by counting the ways in which each
/// number of gold answers can be drawn, not by enumerating subsets.
///
/// Accuracy is pass@1: the mean over problems of the share of right responses. Greedy decoding is
/// not used for it; a single greedy response has more variance and, with models that think, repeats
/// itself.
///
/// Where a reward says which of k samples to take, the expected accuracy of what it takes is exact
/// too: with the samples in the order of their scores, those of one score hold the best of k with
/// probability (C(m, k) - C(m', k)) / C(n, k), where m have at most that score and m' have less.
/// Test-time compute ([dev.tesuji.testtime]) is measured with these.
///
/// # Intervals
///
/// Responses to one problem are not independent, so the interval is that of a mean over problems,
/// after Agresti and Coull ([dev.tesuji.statistics.Interval]): 95 % of such intervals hold the
/// truth, also when every response was right. A test counts.
///
/// Over runs that differ in their seeds they are Student's t. Two models of one run share its seed,
/// so their difference is tested in pairs ([dev.tesuji.statistics.Paired]).
///
/// # Why pass@k is always printed beside accuracy
///
/// Reinforcement learning mostly moves pass@1 towards what pass@k was before: it sharpens. A table
/// without pass@k would suggest that it taught something new.
///
/// # Votes
///
/// Answers that grade as correct vote together, however they are written; an answer that is not
/// there never votes.
///
/// # Reading order
///
/// [dev.tesuji.evaluate.Evaluator], [dev.tesuji.evaluate.Votes], [dev.tesuji.statistics.Interval],
/// [dev.tesuji.evaluate.Evaluation], [dev.tesuji.statistics.Paired],
/// [dev.tesuji.evaluate.EvaluationLog].
@org.jspecify.annotations.NullMarked
package dev.tesuji.evaluate;
