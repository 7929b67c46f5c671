/// The one rollout room: problems in, graded groups out.
///
/// # The problem
///
/// Reinforcement learning, evaluation, rejection sampling, measures of over-optimisation, test-time
/// compute and distillation on a student's own texts all do the same: put problems to a policy,
/// sample what it answers, and have that graded. Written once for each, they drift apart; and each
/// would need to learn of tools, of environments and of other machines.
///
/// # What goes through
///
/// ```
/// PosedProblem (id, problem, prompt tokens, prefill)       P of them, and RolloutSettings
///   → RolloutSampler.start
///       → G episodes each, one reading of the prompt       GenerationEngine
///       → Env: observation or end                          a virtual thread per answer
///       → judged the moment an episode is over             Grader
///   → RolloutStream: a Group as soon as its G rollouts are judged
/// ```
///
/// A [dev.tesuji.rollout.Rollout] is a trajectory with its judgement. What goes in and comes out is
/// plain data: no tensors, no open model. A sampler on other machines is another implementation of
/// [dev.tesuji.rollout.RolloutSampler], and who asks does not notice.
///
/// [dev.tesuji.rollout.EndpointRolloutSampler] is one: it asks a server that speaks OpenAI's
/// interface, for evaluations and for rejection sampling. It gives texts, whose tokens are then
/// what the student's tokenizer makes of them, and no log-probabilities; `rl.Collector` refuses it.
///
/// # Who asks
///
/// | | problems | graded by |
/// |---|---|---|
/// | `rl.Collector` | a [dev.tesuji.rollout.ProblemSource] | the rewards of the stage |
/// | `curriculum.PassRates` | a problem source | right answers |
/// | `rejection.RejectionSampler` | a prompt stream | the rewards that its rules ask for |
/// | `evaluate.Evaluator` | [dev.tesuji.rollout.HeldOutProblems] | right answers |
/// | `testtime.Budget` | the same, with what was thought as prefill | right answers |
/// | `overoptimisation` | held out, or a prompt stream | the proxy, and the gold reward on what streams out |
/// | `distill.GkdTrainer` | prompts alone | nobody |
///
/// # Randomness and order
///
/// The token t of sample g of the problem with id p in turn n is a function of (seed, n, p, g, t).
/// The order of a prompt stream is a function of its seed; an endless task begins at a number of
/// chance, so that two stages do not meet the same problems. All tokens of a run therefore follow
/// from seeds and a position, and a run that was killed continues bit for bit.
///
/// # Turns after the first
///
/// While an environment works on an episode, others go on in the engine. Where a row's numbers do
/// not depend on the batch (the kernels; [dev.tesuji.compute.Compute#isIndependentOfBatch]), the
/// next turn joins those that run, with as many others as are a sixteenth of them, since contexts
/// are cheaper to read together. With libtorch, where the last bit of a sum depends on what else is
/// in the batch, next turns enter together, when all those before are finished: what is sampled
/// never depends on how fast an environment answers. On a fleet they enter together too, as one
/// job.
///
/// # Left out
///
/// Keys and values of an episode whose tool works: a later turn is read from its beginning.
///
/// # Reading order
///
/// [dev.tesuji.rollout.PosedProblem], [dev.tesuji.rollout.ProblemSource],
/// [dev.tesuji.rollout.PromptStream], [dev.tesuji.rollout.HeldOutProblems],
/// [dev.tesuji.rollout.RolloutSettings], [dev.tesuji.rollout.RolloutSampler],
/// [dev.tesuji.rollout.RolloutStream], [dev.tesuji.rollout.Group], [dev.tesuji.rollout.Rollout],
/// [dev.tesuji.rollout.LocalRolloutSampler], `LocalRolloutStream`, `GroupRun`, `EpisodeRun`,
/// [dev.tesuji.rollout.EndpointPolicy], [dev.tesuji.rollout.EndpointRolloutSampler],
/// [dev.tesuji.rollout.RolloutLog].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rollout;
