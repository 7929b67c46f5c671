/// Which answers to ask people about next, so that few labels teach much.
///
/// # The problem
///
/// People's time is what a reward model costs. Of a thousand items most say what is known already
/// (a refusal is worse than an answer, for the fiftieth time), and some can teach nothing, since
/// their answers are alike. Items that are asked about at random are paid for all the same.
///
/// # The model
///
/// A Bradley-Terry model that is linear in the words of answers stands in for the reward model that
/// will be trained: it is fitted anew in milliseconds while people judge.
///
/// | symbol | identifier | is |
/// |---|---|---|
/// | x | `Features` | words, pairs of words, and words beside words of the prompt; each in one of 2^18 places |
/// | d | `Comparison` | x of the better answer less x of the worse |
/// | w | `weights` | P(better beats worse) = sigmoid(w . d) |
/// | lambda | `PRIOR` | w is normal around 0 with the precision lambda |
///
/// The most probable w is found by dual coordinate ascent ([Yu, Huang and Lin,
/// 2011](https://doi.org/10.1007/s10994-010-5221-8)), which needs no step size, so that the same
/// labels give the same w. Around it the posterior is taken as normal with a diagonal precision
/// (Laplace): lambda plus the sum of p (1 - p) d^2 over all comparisons.
///
/// # What to ask
///
/// The item whose judgement narrows most, in expectation, what is predicted of the comparisons that
/// nobody was asked about: the reduction of variance of [Cohn, Ghahramani and Jordan,
/// 1996](https://arxiv.org/abs/cs/9603104), for this posterior
///
/// ```
/// worth(d) = sum_j T_j (1 / q_j - 1 / (q_j + p (1 - p) d_j^2))
/// ```
///
/// where q is the precision, p the predicted outcome ([MacKay,
/// 1992](https://doi.org/10.1162/neco.1992.4.5.720)), and T_j how often the feature j tells answers
/// of the project apart. It is summed over an item's pairs of answers. An item comes early if it is
/// about what many items are about, and not known yet. What is before an annotator counts as if it
/// were judged, for the precision does not depend on how: annotators at work at the same time are
/// asked about different things.
///
/// # What was left out
///
/// [BALD](https://arxiv.org/abs/1112.5745), which asks where the posterior disagrees with itself,
/// however rare the question: it was worse than chance for the first hundred items. The reward
/// model itself, and a second seed of it, would know more than words. They need a trained model
/// beside the server, and minutes for what takes milliseconds here.
///
/// # Reading order
///
/// `Features`, `Posterior` (both equations), [dev.tesuji.active.Preferences].
@org.jspecify.annotations.NullMarked
package dev.tesuji.active;
