/// Learning from preferences without reinforcement learning: DPO and its kin on pairs of answers,
/// KTO on single answers that are good or are not.
///
/// # The idea
///
/// A policy that is rewarded and held to a reference π_ref by a KL term of weight β has a best
/// form, from which the reward can be read: r(x, y) = β log (π(y|x) / π_ref(y|x)) + a number of x
/// alone. So a model of the reward need not be trained: the policy is one. DPO puts this reward
/// into the likelihood of human comparisons (Bradley and Terry's) and maximises that; KTO puts it
/// into Kahneman and Tversky's value function, which needs no comparisons.
///
/// # The equations
///
/// With log π(y) the sum over an answer's tokens, u = log (π / π_ref) of the better answer and v of
/// the worse:
///
/// ```
/// DPO    L = -log σ(β(u - v))                                   rewards/chosen = βu, rewards/rejected = βv
/// cDPO   L = -(1 - ε) log σ(β(u - v)) - ε log σ(-β(u - v))
/// IPO    L = (u/|y_w| - v/|y_l| - 1/(2β))²
/// KTO    L = λ_D (1 - σ(β(u - z)))  for good answers,   λ_U (1 - σ(β(z - u)))  for bad ones
///        z = max(0, mean over the batch of log (π(y'|x) / π_ref(y'|x))),  y' the answer to another prompt
/// ```
///
/// `PairLoss` has the others. Every loss is a mean over the examples of an update.
///
/// | symbol | identifier |
/// |---|---|
/// | β | `beta` |
/// | ε | `labelSmoothing` |
/// | λ_D, λ_U | `desirableWeight`, `undesirableWeight` |
/// | u, v | `chosenRatios`, `rejectedRatios` |
/// | z | `baseline`; the metric `kl` |
///
/// # Why the gradient is exact however a batch is split
///
/// The loss of an update is a function of the log-probabilities s of its answers, and each of these
/// is a sum over tokens (with weights w, 1 but for LD-DPO):
///
/// ```
/// s_i = Σ_t w_it log π(y_it)             ∂L/∂θ = Σ_i (∂L/∂s_i) Σ_t w_it ∂ log π(y_it) / ∂θ
/// ```
///
/// by the chain rule, with nothing left out. So the answers are scored first, all of the update;
/// the loss and ∂L/∂s follow from 2B numbers in float64; and what then goes through the model and
/// back is the sum of log π(y_it) with the fixed weights w_it ∂L/∂s_i: a sum over tokens, as
/// [dev.tesuji.policy.Policy] wants it, which may be cut anywhere, between the two answers of a
/// pair too. An update that goes through the model at once is read once
/// ([dev.tesuji.policy.Policy#backwardJointly]); one in parts is read twice.
///
/// # The reference
///
/// π_ref is the model that the stage starts from. The examples are finite, so what it makes of them
/// is scored once, before the first update, and no second model is held. With fresh adapters that
/// model is the base; with adapters of an earlier stage it is the base with those.
///
/// # Metrics
///
/// TRL's: `loss`, `rewards/chosen`, `rewards/rejected`, `rewards/accuracies` (DPO),
/// `rewards/margins`, `logps/chosen`, `logps/rejected`, `kl` (KTO), and the same with `eval_` of
/// held-out examples. The held-out accuracy is the share of pairs whose better answer has gained
/// more on the reference, or of answers on the right side of z; a policy that has not moved has
/// accuracy 0 on pairs.
///
/// # Deviations
///
/// 1. TRL's `sigmoid` takes label smoothing and ignores it; here it is refused, and `cdpo` is the
///    loss that has it.
/// 2. TRL's KTO pairs a prompt with the answer that stands before it in its batch; here it is the
///    nearest before it that answers another prompt, since files often hold the answers to one
///    prompt side by side. z is estimated from the whole update, not from each micro-batch.
/// 3. With adapters from an earlier stage TRL takes the base for the reference; see above.
/// 4. LD-DPO weighs the reference's tokens as it weighs the policy's.
/// 5. An answer that is longer than the limit is an error unless the recipe says otherwise.
///
/// # Reading order
///
/// [dev.tesuji.preference.PairLoss], [dev.tesuji.preference.PreferenceLoss],
/// [dev.tesuji.preference.KtoLoss], [dev.tesuji.preference.PairObjective],
/// [dev.tesuji.preference.UnpairedObjective], [dev.tesuji.preference.PreferenceTrainer],
/// [dev.tesuji.preference.Preferences].
@org.jspecify.annotations.NullMarked
package dev.tesuji.preference;
