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
/// A_i = (r_i - mean(r)) / (σ + 1e-4)                    Section 4.1.2, outcome supervision
/// ρ_it = π(y_it) / π_old(y_it)
/// ℓ_it = -min(ρ_it A_i, clip(ρ_it, 1 - ε_low, 1 + ε_high) A_i) + β KL_it
/// L = Σ_it w_it ℓ_it
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | A_i | `GroupAdvantages.of` | σ: the group's, the batch's, or none (`Scaling`) |
/// | ρ, ε_low, ε_high | `ClippedSurrogate`, `clipLow`, `clipHigh` | R1 used 10; most use 0.2 |
/// | β, KL | `klCoefficient`, `klEstimator` | k3 against the model that the stage began with, or a later one (`reference.replaceEvery`; R1: 400 steps) |
/// | μ | `innerEpochs` | passes over one batch |
/// | w_it | `GrpoLoss.tokenWeight` | what the loss is a mean of |
///
/// The losses differ in w and in what is minimised per token. With |o_i| scored tokens in
/// completion i, B completions in the update, N scored tokens in the update, N̄ in the whole batch
/// per update, L_max the length limit, and sg(x) for x without gradient:
///
/// | `loss` | w_it | per token | its settings |
/// |---|---|---|---|
/// | `grpo` | 1 / (\|o_i\| B) | clipped; long completions weigh less per token | `clipLow`, `clipHigh`, `bound`, `dualClip` |
/// | `bnpo` | 1 / N | clipped | the same |
/// | `dr_grpo` | 1 / (L_max B) | clipped; a constant: no bias towards long wrong answers | the same |
/// | `dapo` | 1 / N̄ | clipped | the same |
/// | `luspo` | 1 / B | clipped; for ratios of sequences | the same |
/// | `cispo` | 1 / N̄ | -sg(min(ρ, c)) A log π: no token loses its gradient | `cap` |
/// | `sapo` | 1 / (\|o_i\| B) | -(4/τ) σ(τ (ρ - 1)) A, τ by the sign of A | `positiveTemperature`, `negativeTemperature` |
/// | `vespo` | 1 / N̄ | -sg(φ(s)) A log π, φ(s) = exp(λ) s^k exp(-λ s), s the sequence's ratio | `positiveShape`, `positiveRate`, `negativeShape`, `negativeRate` |
///
/// Each is a record of the sealed family [dev.tesuji.rl.grpo.GrpoLoss]; a recipe writes its name
/// and its settings side by side, and a setting of another loss is refused.
///
/// # Further settings
///
/// - `ratio.level: sequence` is GSPO: ρ becomes s_i = exp(1/|o_i| Σ_t log ρ_it), the same for all
///   tokens. With `grpo` and clip ranges of 3e-4 and 4e-4 it is the paper's.
/// - `bound` bounds ρ itself, so that a negative advantage cannot make a loss without end;
///   `dualClip` (verl: 3) bounds the loss of negative advantages, within a wide clip range too.
/// - `ratio.offPolicyMask` leaves out completions with a negative advantage whose mean of log π_old
///   - log π is above it.
/// - `reference.correctBias` multiplies the KL's k3 estimate with ρ, also in the metric `kl`: its
///   gradient is then that of KL(π ‖ π_ref), on policy and off.
/// - `samplerCorrection`, `entropy`, `keepGroups` and the rest of
///   [dev.tesuji.rl.algorithm.UpdateConfig] and [dev.tesuji.rl.algorithm.KlConfig] are those of all
///   algorithms.
///
/// # Deviations
///
/// 1. σ has Bessel's correction and 1e-4 added, as TRL has it; the paper says neither.
/// 2. `bnpo` divides by the tokens of a whole update, TRL by those of each micro-batch, which makes
///    its loss depend on the split.
/// 3. A completion that could not be judged gets advantage 0 and stays out of the group's mean.
/// 4. Completions with advantage 0 are not sent through the model when there is no KL term and no
///    entropy bonus: their gradient is 0. They count in the denominators.
/// 5. The threshold of `topQuantile` is that of the whole update, not of a micro-batch.
/// 6. A ratio of sequences has its gradient token by token (see `dev.tesuji.rl.algorithm`). Weights
///    that differ between tokens (the sampler's, the quantile's) are then averaged over the
///    completion, which is what their product with one ratio comes to.
/// 7. `clip_ratio/...` are shares of tokens, also with ratios of sequences, where TRL counts
///    completions.
/// 8. The off-policy mask compares with π_old as the trainer computes it, not with the sampler's.
///
/// # Reading order
///
/// [dev.tesuji.rl.grpo.GroupAdvantages], [dev.tesuji.rl.grpo.GrpoLoss], [dev.tesuji.rl.grpo.Ratio],
/// [dev.tesuji.rl.grpo.Grpo].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.grpo;
