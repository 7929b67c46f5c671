/// Reinforcement learning: the one loop.
///
/// # A step, as data sees it
///
/// ```
/// problem → prompt → token ids
///   → rollout sampler: G completions each, one reading of the prompt
///   → each graded the moment it is finished, on a virtual thread
///   → groups → advantages → updates of micro-batches → optimizer
///   → the same weights that the sampler reads
/// ```
///
/// Algorithms differ in the advantage, the loss and, for PPO and PRIME, in a second model that is
/// trained beside the policy. Those are what their packages hold; `dev.tesuji.rl.algorithm` is the
/// seam. Everything else is here.
///
/// | package | |
/// |---|---|
/// | `rl.grpo` | GRPO, Dr. GRPO, DAPO, GSPO, CISPO, SAPO, LUSPO, VESPO |
/// | `rl.rloo` | RLOO |
/// | `rl.reinforce` | REINFORCE++ with and without a baseline, ReMax |
/// | `rl.ppo` | PPO with a critic |
/// | `rl.prime` | PRIME |
///
/// # Invariants, checked every step
///
/// - generated = trained + filtered + dropped, each with its reason.
/// - An update's denominator is fixed before its first micro-batch.
/// - On policy (one pass, one mini-batch) the old log-probabilities *are* the new ones: every ratio
///   is 1 exactly, and no second pass is made for them.
/// - The sampler's log-probabilities are compared with the trainer's in every step
///   (`sampling/sampling_logp_difference`). They come from the same layers and differ by rounding;
///   where the sampler computes in another type than training
///   ([dev.tesuji.policy.SamplerPrecision]) it is corrected as one that filters is, unless the
///   recipe says otherwise.
///
/// # Groups without signal
///
/// A group whose rewards are all the same has advantage zero throughout. With `samplingRounds: 1`
/// it stays in the batch: it adds nothing to the gradient, is not sent through the model, and
/// counts in the denominator, so that steps shrink as the task is solved. With more rounds it is
/// left out and replaced by fresh prompts, DAPO's dynamic sampling. (Leaving groups out without
/// replacing them was tried and is worse: see LOG.md.) PRIME leaves out by accuracy instead, also
/// with one round.
///
/// `keepGroups: mixed_correctness` leaves groups out by correctness, whatever else their rewards
/// pay for, as DAPO does.
///
/// # The reference
///
/// A KL term holds to the policy that the stage began with (`Reference`): a second model, or, where
/// the policy has adapters, a frozen copy of them on the base that both share. So the KL of the
/// first step is 0. `reference.replaceEvery` makes the policy the reference again and again.
///
/// # Order and resuming
///
/// The problems' order is a function of the seed (and with a curriculum of pass rates, which a
/// checkpoint keeps: `dev.tesuji.curriculum`), and a completion's randomness of (seed, position of
/// the prompt in that order, sample, token). So the whole state of a run besides the optimizer is a
/// position and a step, and a run that was killed continues bit for bit.
///
/// # Ahead of the policy
///
/// With `lag: k` batch s is drawn with the weights of step max(0, s - k)
/// ([dev.tesuji.rl.Staleness], `Lookahead`), so that it can be drawn while the policy learns from
/// those before it, here or on other machines.
///
/// ```
/// lag 0    draw 0 | learn 0 | draw 1 | learn 1 | draw 2 | learn 2 ...
/// lag 1    draw 0, draw 1 (W0) ‖ learn 0 → W1, draw 2 (W1) ‖ learn 1 → W2, draw 3 (W2) ‖ ...
/// ```
///
/// The schedule is fixed: what takes how long decides who waits, and never which weights draw. So
/// rollouts remain a function of the seed, and a run that is resumed, or drawn by turns without a
/// second model (`overlap: false`), has the same bits. A batch begins when the one before it is
/// drawn and judged: which problems it poses may depend on that one, as without a lag. A checkpoint
/// keeps batches that are drawn, and the weights of those that are not.
///
/// Its tokens were drawn by an older policy, μ, and are corrected as those of any sampler that is
/// not the policy: by min(2, π_old / μ) per token where the recipe says nothing else, π_old being
/// the policy as it begins with the batch.
///
/// # Metrics
///
/// Of a mixture of tasks, each has its own under `env/NAME/...`, as all have under `env/all/...`.
/// TRL's names (`reward`, `reward_std`, `frac_reward_zero_std`, `completions/...`,
/// `clip_ratio/...`, `entropy`, `kl`), verl's for times. `accuracy` is the share of right answers
/// whatever the reward pays for. `entropy` is the mean over the tokens that were trained on.
/// `clip_range/low` and `clip_range/high` are there in every step of losses that clip, `kl` where
/// the KL is in the loss, `objective/kl` (summed over completions) where it is in the reward,
/// `rollout_corr/...` (verl's) where the sampler is corrected. With a lag, `sampling/age` is by how
/// many steps the weights that drew are older, and `perf/trainer/idle_ratio` and
/// `perf/rollouter/idle_ratio` are the shares of their time that either side waits for the other;
/// `timing_s/gen` then overlaps with the rest. `timing_s/reward` is the CPU time of all verdicts,
/// `timing_s/reward_queue` the longest wait for a processor; both overlap with the generation.
/// `timing_s/reward_wait` is the part of `timing_s/gen` in which they do not: nothing is left to
/// sample, and verdicts are still to come.
///
/// # Reading order
///
/// [dev.tesuji.rl.RlConfig], [dev.tesuji.rl.RlTrainer], `Collector`,
/// [dev.tesuji.rollout.PromptStream], `PolicyUpdates`, `BatchScorer`, `Reference`, `Lookahead`,
/// then `dev.tesuji.rl.algorithm` and `dev.tesuji.rl.grpo`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl;
