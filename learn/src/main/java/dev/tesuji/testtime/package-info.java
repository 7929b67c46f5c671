/// Test-time compute: what a model gains when more is spent on a problem.
///
/// # The problem
///
/// o1's figure has two halves: accuracy rises with what is spent on training, and, once trained,
/// with what is spent on thinking. The second half can be bought in several ways, and they compare
/// only when their cost is counted alike: in tokens that the model writes for one problem.
///
/// # The methods
///
/// | method | what is spent | estimate |
/// |---|---|---|
/// | majority | k samples | maj@k, [dev.tesuji.evaluate.Votes#majAtK] |
/// | best of k | k samples, and a reward model that reads them | [dev.tesuji.evaluate.Votes#bestOfK] |
/// | any | k samples, and somebody who knows the answer | pass@k, [dev.tesuji.evaluate.Votes#passAtK] |
/// | cut | thinking up to a budget | the mean over samples |
/// | extended | thinking that is made to go on | the mean over samples |
///
/// The first three are exact expectations over all ways to draw k of the n samples, so k = 1 is
/// pass@1 in each. pass@k is nobody's method: it is what a perfect judge would reach, and what the
/// other two are held against. That majority rises with training and pass@k hardly does is
/// DeepSeekMath's finding (section 5.2.2 of [Shao et al., 2024](https://arxiv.org/abs/2402.03300)).
///
/// # Budget forcing
///
/// After [Muennighoff et al., 2025](https://arxiv.org/abs/2501.19393), section 3.1:
///
/// - *Cut*: where thinking is longer than b tokens, its first b are kept, the end of thinking and
///   the beginning of the answer are written after them, and the model goes on from there.
/// - *Extend*: where the model ends its thinking, the end is taken away and "Wait" is put in its
///   place, so that the model goes on, perhaps to find a mistake. Done again with what came of
///   that, up to a number of times.
///
/// Both act on the same responses as the other methods do. What a model thinks in its first b
/// tokens does not depend on what will be done to it, so cutting a response that is there is
/// drawing one under a budget, at the cost of its answer alone.
///
/// # What counts
///
/// Tokens of a response: all that stands in it at the end, also what was written for the model.
/// Thinking is what stands before the end of thinking; where that is missing, before the answer;
/// where there is neither, all of it. What a reward model reads is not counted: it writes nothing.
///
/// # Deviations from s1
///
/// 1. What followed the end of thinking that was taken away is drawn and thrown away; s1 bans the
///    token instead. The tokens of the response are the same.
/// 2. A response that never ends its thinking is not extended.
///
/// # Reading order
///
/// [dev.tesuji.testtime.TestTime], [dev.tesuji.testtime.Forcing], `Budget`, `ThinkingSpan`,
/// [dev.tesuji.testtime.Curve], [dev.tesuji.testtime.ComputeAccuracyCurves],
/// [dev.tesuji.report.TestTimeReport].
@org.jspecify.annotations.NullMarked
package dev.tesuji.testtime;
