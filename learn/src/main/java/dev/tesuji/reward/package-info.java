/// What a response is worth.
///
/// # The problem
///
/// Reinforcement learning maximises exactly what is paid for. A rule that pays for something else
/// than was meant will be found out by the model within a hundred steps; a rule that crashes or
/// hangs must not take the run with it; a rule that cannot tell must not be read as "wrong".
///
/// # The pieces
///
/// A [dev.tesuji.reward.Reward] judges one [dev.tesuji.reward.Response]: it pays
/// [dev.tesuji.reward.Judgement.Points], which must be finite, or withholds judgement with a
/// verdict. A [dev.tesuji.reward.RewardMix] adds several up under names and weights:
///
/// ```
/// r = Σ_part weight · points          withheld if any part is
/// ```
///
/// A [dev.tesuji.reward.Grader] runs the mix on virtual threads, each response as soon as it is
/// finished, while others are still being generated. A rule that throws costs that response a
/// *verifier error*, one that hangs a *time-out*; the run goes on.
///
/// # The rules
///
/// | name | pays | source |
/// |---|---|---|
/// | `accuracy` | 1 for a right answer | DeepSeek-R1, 2.2.2 |
/// | `format` | 1 for thinking and then an answer, in tags, each once | DeepSeek-R1, 2.2.2 |
/// | `overlong` | 0 to -1 as the length nears the limit | [DAPO](https://arxiv.org/abs/2503.14476), Eq. 13 |
///
/// Whatever is paid, the verdict on the answer is recorded too: accuracy is always measured beside
/// the reward, so that a reward which rises alone is seen.
///
/// # Reading order
///
/// [dev.tesuji.reward.Judgement], [dev.tesuji.reward.Reward], [dev.tesuji.reward.RewardMix],
/// [dev.tesuji.reward.Grader].
@org.jspecify.annotations.NullMarked
package dev.tesuji.reward;
