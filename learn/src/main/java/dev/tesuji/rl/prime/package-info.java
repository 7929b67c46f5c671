/// Process reinforcement through implicit rewards, PRIME ([Cui et al.,
/// 2025](https://arxiv.org/abs/2502.01456)).
///
/// # The idea
///
/// A reward for each token says more than one at the end, but nobody labels tokens. A language
/// model that is trained to tell right completions from wrong ones by the sum of β log (π_φ /
/// π_ref) over their tokens gives such rewards for nothing: each token's term is its own. It needs
/// outcomes only, so it can learn online, from the completions that the policy draws.
///
/// # The equations
///
/// ```
/// r_t = β log (π_φ(y_t) / π_ref(y_t))                                        process reward
/// L^φ = -(1/B) Σ_i o_i log σ(Σ_t r_t^i) + (1 - o_i) log (1 - σ(Σ_t r_t^i))   cross-entropy
/// A_t^i = Σ_{s≥t} γ^(s-t) (r_s^i - 1/(G-1) Σ_{j≠i} mean(r^j))                process part
///         + R^i - 1/(G-1) Σ_{j≠i} R^j                                        outcome part
/// L^π = -(1/N) Σ_t min(ρ_t A_t, clip(ρ_t, 1 - ε_low, 1 + ε_high) A_t)
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | π_φ | the second model | begins as a copy of the policy |
/// | π_ref | the reference | the model that the stage began with, frozen, adapters and all |
/// | β, γ | `beta`, `gamma` | 0.05 and 1 |
/// | o | | 1 for a right answer, 0 for a wrong one |
/// | R | | the reward, whatever it pays for; less β Σ KL where `klCoefficient` holds the policy by it |
///
/// Groups whose share of right answers is outside `leastAccuracy` to `mostAccuracy` are left out,
/// of the reward model's training too. With `samplingRounds` above 1 others are drawn for them.
///
/// `order: before` lets the reward model learn from a batch before it judges it (the paper's
/// choice), `after` once it has.
///
/// The cross-entropy depends on a completion's tokens through their sum alone. So the completions
/// are scored once, and the gradient at each token is β (σ(Σ r) - o) / B.
///
/// # Deviations
///
/// 1. Process and outcome parts are added as they are, as in the paper. The authors' code weights
///    both by 5, divides process rewards by their largest sum, and whitens.
/// 2. The reward model makes one update per step; its gradient has the policy's norm limit (the
///    authors': 10).
/// 3. A completion that could not be judged is in no baseline. One that is left out of the loss
///    (`maskTruncated`) is in that of the outcomes alone.
///
/// # Reading order
///
/// [dev.tesuji.rl.prime.PrimeRewards], `PrimeObjective`, [dev.tesuji.rl.prime.Prime].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.prime;
