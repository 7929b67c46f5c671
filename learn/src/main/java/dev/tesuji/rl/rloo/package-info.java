/// REINFORCE with a leave-one-out baseline ([Ahmadian et al.,
/// 2024](https://arxiv.org/abs/2402.14740)).
///
/// # The idea
///
/// REINFORCE needs a baseline that does not depend on the completion it judges. With G completions
/// to a prompt, the mean reward of the other G - 1 is one: unbiased, and without a critic. Unlike
/// GRPO's, the advantage is not divided by a deviation, and a completion is one action, not a row
/// of tokens.
///
/// # The equations
///
/// ```
/// r_i = clip(R_i, -c, c) - β Σ_t log (π_old(y_t) / π_ref(y_t))
/// A_i = r_i - 1/(G-1) Σ_{j≠i} r_j
/// s_i = π(y) / π_old(y) = exp Σ_t (log π(y_t) - log π_old(y_t))
/// L   = -(1/B) Σ_i min(s_i A_i, clip(s_i, 1 - ε_low, 1 + ε_high) A_i)
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | R, c | `rewards`, `rewardLimit` | |
/// | β | `klCoefficient` | by k1 in the reward, or by `klPlace` in the loss |
/// | A | `RlooAdvantages.of` | |
/// | s, ε | [dev.tesuji.rl.algorithm.SequenceRatio], `RlooLoss`, `clipLow`, `clipHigh` | one ratio per completion |
/// | μ | `innerEpochs` | |
///
/// On policy s = 1 and the gradient is that of REINFORCE.
///
/// # Deviations
///
/// 1. The paper has no ratio: it makes one update per batch. The clipped ratio of whole completions
///    is TRL's, for more than one.
/// 2. A completion that could not be judged gets advantage 0 and stays out of the others' baseline.
/// 3. Completions left out of the loss (`maskTruncated`) have no KL in their reward.
///
/// # Reading order
///
/// [dev.tesuji.rl.rloo.RlooAdvantages], `RlooLoss`, [dev.tesuji.rl.rloo.Rloo].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.rloo;
