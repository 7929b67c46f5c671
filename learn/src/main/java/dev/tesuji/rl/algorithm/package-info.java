/// The common ground of the algorithms of reinforcement learning, and the seam where they differ.
///
/// # The seam
///
/// The loop (`dev.tesuji.rl`) draws completions, has them graded, and makes updates. An algorithm
/// is a record of settings that implements [dev.tesuji.rl.algorithm.Algorithm]. It says what the
/// loop must get ready ([dev.tesuji.rl.algorithm.Requirements]: a reference, a second model, old
/// log-probabilities) and how many updates a batch makes ([dev.tesuji.rl.algorithm.UpdateConfig]).
/// Put to work, it is an [dev.tesuji.rl.algorithm.Objective], which the loop asks three things in
/// each step:
///
/// ```
/// A   = advantages(batch)               one number per scored token
/// L   = loss(update, micro-batch)       a weighted sum over scored tokens
/// learn(update)                         moves the model beside the policy, where there is one
/// ```
///
/// Beside that it is [dev.tesuji.train.Checkpointed], as everything is that a run must remember.
/// Nothing else is known of an algorithm, and an algorithm knows nothing of generators, graders and
/// checkpoints.
///
/// # From the loop to the equation
///
/// Five calls: `RlTrainer.step`, `PolicyUpdates.run`, `PolicyUpdates.move`, `Policy.backward`,
/// `PolicyLoss.of`, and `ClippedSurrogate.perToken`, where ρ A stands.
///
/// # The loss
///
/// All losses have one form ([dev.tesuji.rl.algorithm.PolicyLoss]):
///
/// ```
/// L = Σ_t w_t surrogate(ρ_t, A_t) + Σ_t k_t KL_t - Σ_t h_t H_t        ρ_t = π(y_t) / π_old(y_t)
/// ```
///
/// with weights that are fixed before an update's first micro-batch. So the sum can be cut
/// anywhere, also inside a completion, and every split gives the same gradient. A completion's
/// scored tokens are the `targets` of its [dev.tesuji.tokenized.TokenSequence]: tokens that are not
/// learned from (a tool's answer between two turns) are none of them and weigh nothing.
///
/// # The hold on the reference
///
/// Every algorithm takes the KL in the reward or in the loss ([dev.tesuji.rl.algorithm.KlConfig]),
/// with the algorithm's own choice where a recipe makes none:
///
/// ```
/// in the reward    r_t ← r_t - β KL_t, summed over a completion where completions are compared
/// in the loss      L ← L + Σ_t k_t KL_t
/// ```
///
/// Values count in a reward, gradients in a loss ([dev.tesuji.policy.KlEstimator]). So k1 is right
/// in a reward and refused in a loss, where its gradient has mean 0; k2 and k3_plus have the
/// gradient of KL(π ‖ π_ref) there, k3 that of KL(π_ref ‖ π). A test holds every algorithm with
/// every estimator to a bandit whose best policy is known. β is constant, goes in a straight line,
/// or is adapted to a target ([dev.tesuji.rl.algorithm.KlControl]).
///
/// # Samplers
///
/// A sampler that filters (top-k, top-p, min-p) or penalises draws from μ, not from π. What it drew
/// is weighed with π_old / μ ([dev.tesuji.rl.algorithm.SamplerCorrection]), by default token by
/// token up to 2, for every algorithm; a plain sampler needs no correction and gets none.
///
/// # Ratios of whole sequences
///
/// GSPO and RLOO take one ratio s per completion, which depends on all of its tokens
/// ([dev.tesuji.rl.algorithm.SequenceRatio]). Its gradient is had token by token once s is known
/// without gradient: such objectives *look ahead*, which scores the update's completions once more
/// before its first micro-batch, unless the policy has not moved yet, when s is 1.
///
/// # The notation
///
/// | symbol | identifier | |
/// |---|---|---|
/// | A_t | `advantages` | per scored token |
/// | π_old | `Batch.old` | the policy that drew the completions, as the trainer scores it |
/// | μ | `Sample.sampler` | the distribution that tokens were drawn from |
/// | π_ref | `Batch.reference` | what a KL term holds to |
/// | w, k, h | `weights`, `KlTerm.weights`, `entropyWeights` | with the denominators in them |
/// | β | `KlControl.coefficient` | |
///
/// # Deviations
///
/// 1. Where TRL averages over a micro-batch, averages here are over the update.
/// 2. The k1 to k3 estimates in rewards are taken from the trainer's log-probabilities of the
///    policy that drew the completions, not from the sampler's.
/// 3. What a correction of the sampler leaves out counts in the denominators all the same, which
///    are fixed before; verl takes it out of them.
/// 4. An adapted coefficient moves by at most 2 % per step and does not depend on the batch size
///    (Ziegler et al. scale with it); it moves after the step that was measured.
/// 5. The entropy that a bonus is adapted to is that of the step before (Skywork-OR1 measures the
///    step's own first, which takes one more pass).
/// 6. k2 and k3 may be put into rewards, as in TRL's PPO. They are never negative and so also cost
///    tokens that the policy finds less likely than its reference.
///
/// # Reading order
///
/// [dev.tesuji.rl.algorithm.Algorithm], [dev.tesuji.rl.algorithm.Requirements],
/// [dev.tesuji.rl.algorithm.UpdateConfig], [dev.tesuji.rl.algorithm.Objective],
/// [dev.tesuji.rl.algorithm.Batch], [dev.tesuji.rl.algorithm.Update],
/// [dev.tesuji.rl.algorithm.PolicyLoss], [dev.tesuji.rl.algorithm.ClippedSurrogate],
/// [dev.tesuji.rl.algorithm.KlControl], [dev.tesuji.rl.algorithm.SamplerCorrection],
/// [dev.tesuji.rl.algorithm.LossFactors].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.algorithm;
