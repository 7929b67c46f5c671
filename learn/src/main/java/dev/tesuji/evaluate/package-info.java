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
/// # Intervals
///
/// Responses to one problem are not independent, so the interval is that of a mean over problems,
/// after Agresti and Coull ([dev.tesuji.evaluate.Interval]): 95 % of such intervals hold the truth,
/// also when every response was right. A test counts.
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
/// [dev.tesuji.evaluate.Evaluator], [dev.tesuji.evaluate.Votes], [dev.tesuji.evaluate.Interval],
/// [dev.tesuji.evaluate.Evaluation].
@org.jspecify.annotations.NullMarked
package dev.tesuji.evaluate;
