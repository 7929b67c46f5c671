/// What algorithms of reinforcement learning have in common, and where they differ.
///
/// # The seam
///
/// The loop (`dev.tesuji.rl`) draws completions, has them graded, and makes updates. An algorithm
/// is a record of settings that implements [dev.tesuji.rl.algorithm.Algorithm]; put to work, it is
/// an [dev.tesuji.rl.algorithm.Objective], which the loop asks three things in each step:
///
/// ```
/// A   = advantages(batch)               one number per scored token
/// L   = loss(update, micro-batch)       a weighted sum over scored tokens
/// learn(update)                         moves the model beside the policy, where there is one
/// ```
///
/// Nothing else is known of an algorithm, and an algorithm knows nothing of generators, graders and
/// checkpoints.
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
/// anywhere, also inside a completion, and every split gives the same gradient.
///
/// # Ratios of whole sequences
///
/// GSPO and RLOO take one ratio s per completion, which depends on all of its tokens. The gradient
/// of f(s) is f'(s) s ∂log s, and log s is a sum over tokens, so the same gradient comes from the
/// token-wise
///
/// ```
/// s_t = s̄ exp(log π(y_t) - log π̄(y_t))            (the bar: without gradient)
/// ```
///
/// once s̄ is known: the ratio against a shifted log π_old. Such objectives *look ahead*: the
/// update's completions are scored once more before its first micro-batch, unless the policy has
/// not moved yet, when s̄ is 1.
///
/// # The notation
///
/// | symbol | identifier | |
/// |---|---|---|
/// | A_t | `advantages` | per scored token |
/// | π_old | `Batch.old` | the policy that drew the completions |
/// | π_ref | `Batch.reference` | what a KL term holds on to |
/// | w, k, h | `weights`, `KlTerm.weights`, `entropyWeights` | with the denominators in them |
///
/// # Deviations
///
/// 1. Where TRL averages over a micro-batch, averages here are over the update.
/// 2. The k1 to k3 estimates in rewards are taken from the trainer's log-probabilities of the
///    policy that drew the completions, not from the sampler's.
///
/// # Reading order
///
/// [dev.tesuji.rl.algorithm.Algorithm], [dev.tesuji.rl.algorithm.Objective],
/// [dev.tesuji.rl.algorithm.Batch], [dev.tesuji.rl.algorithm.Update],
/// [dev.tesuji.rl.algorithm.PolicyLoss], [dev.tesuji.rl.algorithm.ClippedSurrogate].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.algorithm;
