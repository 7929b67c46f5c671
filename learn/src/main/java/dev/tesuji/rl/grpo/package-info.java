/// Group-relative policy optimisation ([Shao et al., 2024](https://arxiv.org/abs/2402.03300)) and
/// its kin.
///
/// # The idea
///
/// PPO asks a second model, the critic, how good a completion is compared with what was to be
/// expected. GRPO asks the completion's siblings: of G completions to the same prompt, those above
/// the group's mean reward are made more likely and those below less.
///
/// # The equations
///
/// For completion i of a group with rewards r_1 ... r_G, and token t of it,
///
/// ```
/// A_i = (r_i - mean(r)) / (σ + 1e-4)                                   Eq. 3, outcome supervision
/// ρ_it = π(y_it) / π_old(y_it)
/// ℓ_it = -min(ρ_it A_i, clip(ρ_it, 1 - ε_low, 1 + ε_high) A_i) + β KL_it
/// L = Σ_it w_it ℓ_it
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | A_i | `GroupAdvantages.of` | σ: the group's, the batch's, or none (`Scaling`) |
/// | ρ, ε_low, ε_high | `GrpoLoss.surrogate`, `clipLow`, `clipHigh` | R1 used 10; most use 0.2 |
/// | β, KL | `klCoefficient`, `klEstimator` | k3 against the model that the stage began with |
/// | μ | `innerEpochs` | passes over one batch |
/// | w_it | `Denominators.tokenWeight` | what the loss is a mean of (`LossType`) |
///
/// The loss types differ in w alone, with |o_i| scored tokens in completion i, B completions in the
/// update, N scored tokens in the update, N̄ in the whole batch per update, and L_max the length
/// limit:
///
/// | type | w_it | |
/// |---|---|---|
/// | `grpo` | 1 / (\|o_i\| B) | mean of means: long completions weigh less per token |
/// | `bnpo` | 1 / N | token mean |
/// | `dr_grpo` | 1 / (L_max B) | a constant: no bias towards long wrong answers |
/// | `dapo` | 1 / N̄ | token mean over all of a batch's updates |
///
/// # Deviations
///
/// 1. σ has Bessel's correction and 1e-4 added, as TRL has it; the paper says neither.
/// 2. `bnpo` divides by the tokens of a whole update, TRL by those of each micro-batch, which makes
///    its loss depend on the split.
/// 3. A completion that could not be judged gets advantage 0 and stays out of the group's mean.
/// 4. Completions with advantage 0 are not sent through the model when there is no KL term: their
///    gradient is 0. They count in the denominators.
///
/// # Reading order
///
/// [dev.tesuji.rl.grpo.GroupAdvantages], [dev.tesuji.rl.grpo.GrpoLoss], [dev.tesuji.rl.grpo.Grpo].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.grpo;
