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
/// [dev.tesuji.reward.Judgement.Points], or withholds judgement with a verdict. A
/// [dev.tesuji.reward.RewardMix] holds several under names and weights:
///
/// ```
/// r = Σ_part weight · points          withheld if any part is
/// ```
///
/// With `aggregation: sum_then_normalize` the advantage compares r within its group. With
/// `normalize_then_sum` ([GDPO](https://arxiv.org/abs/2601.05242)) each part is compared within its
/// group first, and the weighted sum of those is scaled over the batch: a part with a large spread
/// does not drown the others.
///
/// # The rules
///
/// | kind | pays | source |
/// |---|---|---|
/// | `accuracy` | 1 for a right answer | DeepSeek-R1, 2.2.2 |
/// | `format` | 1 for thinking and then an answer, in tags, each once | DeepSeek-R1, 2.2.2 |
/// | `thinkFormat` | 1 for thinking in tags, once, before anything else | TRL |
/// | `tagCount` | a quarter for each of the four tags that stands there once | open-r1 |
/// | `languageConsistency` | the share of the thinking's words in one language | DeepSeek-R1, 2.3.2 |
/// | `overlong` | 0 to -1 as the length nears the limit | [DAPO](https://arxiv.org/abs/2503.14476), Eq. 13 |
/// | `cosine` | right answers more for being short, wrong ones less off for being long | [Yeo et al.](https://arxiv.org/abs/2502.03373) |
/// | `repetition` | 0 to -1 as n-grams of tokens repeat | [Yeo et al.](https://arxiv.org/abs/2502.03373) |
/// | `model` | what a reward model scores | [Ouyang et al.](https://arxiv.org/abs/2203.02155), package `rewardmodel` |
/// | `worldLanguage` | the share of the thinking's words that are in the question's language | `dev.tesuji.world` |
/// | `worldHelpfulness` | what the gold judge of the built-in world says | `dev.tesuji.world` |
/// | `java` | what a class of the user's says | [dev.tesuji.reward.UserReward] |
/// | `http` | what an endpoint says | [dev.tesuji.reward.HttpReward] |
///
/// Where the prompt has opened the thinking, a response is judged with the tag before it.
///
/// Whatever is paid, the verdict on the answer is recorded too: accuracy is always measured beside
/// the reward, so that a reward which rises alone is seen.
///
/// # Rewards of one's own
///
/// A reward is a function, so it can be a class or a constant:
///
/// ```java
/// package com.acme;
///
/// public final class Brevity implements Reward {
///   @Override
///   public Judgement judge(Response response) {          // from many threads at once
///     return new Judgement.Points(1.0 / (1 + response.tokens()));
///   }
///
///   public static final Reward POLITE =
///       r -> new Judgement.Points(r.text().contains("please") ? 1 : 0);
/// }
/// ```
///
/// ```yaml
/// rewards:
///   - accuracy
///   - {kind: java, name: polite, weight: 0.1, className: "com.acme.Brevity::POLITE",
///      classPath: [build/rewards.jar]}
///   - {kind: http, name: taste, url: "http://scorer:8080/score", batchSize: 32}
/// ```
///
/// # Execution
///
/// A [dev.tesuji.reward.Grader] judges each response as soon as it is finished, while others are
/// still being generated. Each response has a virtual thread; rules that wait for other machines,
/// or for a model's batch ([dev.tesuji.reward.Reward#patience], [dev.tesuji.reward.Batching]), all
/// wait at once, rules that compute take turns on threads of their own, as many as there are
/// processors.
///
/// | what happens | costs |
/// |---|---|
/// | a rule throws | the response: *verifier error* |
/// | a rule takes too much CPU time, or sleeps | the response: *time-out* |
/// | a rule pays NaN or infinity; an endpoint stays down, or answers for another number of completions | the step: the run saves and halts ([dev.tesuji.reward.RewardFailure]) |
///
/// What a rule waits for a processor is measured apart and never held against it. What went wrong
/// is written beside the completion in the rollouts, as `trouble`.
///
/// # Deviations
///
/// 1. R1 does not say what a word is. Here it is a run of two or more letters of one script, or one
///    letter of a script without spaces; formulas are left out. Thinking without a word is paid
///    nothing, lest silence pay.
/// 2. Languages that share a script are told apart by the sentence, not by the word: single words
///    are too short to tell.
/// 3. A rule that spins and does not listen to interrupts keeps its thread, and a processor, until
///    the run ends: the JVM cannot stop it. No other response waits for it.
///
/// # Reading order
///
/// [dev.tesuji.reward.Judgement], [dev.tesuji.reward.Reward], [dev.tesuji.reward.RewardMix],
/// [dev.tesuji.reward.Grader], then the rules: [dev.tesuji.reward.Format],
/// [dev.tesuji.reward.Lengths], [dev.tesuji.reward.Repetition],
/// [dev.tesuji.reward.LanguageConsistency], [dev.tesuji.reward.UserReward],
/// [dev.tesuji.reward.HttpReward].
@org.jspecify.annotations.NullMarked
package dev.tesuji.reward;
