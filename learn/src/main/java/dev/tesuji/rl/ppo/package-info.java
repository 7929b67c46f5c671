/// Proximal policy optimisation with a critic ([Schulman et al.,
/// 2017](https://arxiv.org/abs/1707.06347)).
///
/// # The idea
///
/// A second model, the critic, tells at each token what reward is to be expected. A token is as
/// good as what it adds to that expectation. Rewards may come from rules or from models, as for
/// every algorithm here.
///
/// # The equations
///
/// ```
/// r_t = [t is last] R - β KL_t                       (the KL in the reward; else r_t without it)
/// δ_t = r_t + γ V_{t+1} - V_t                        V after the last token: 0
/// A_t = δ_t + γ λ A_{t+1}                            Eq. 16 of GAE
/// L^π = -(1/N) Σ_t min(ρ_t A_t, clip(ρ_t, 1 - ε_low, 1 + ε_high) A_t)  [+ β/N Σ_t KL_t]
/// L^V = c/(2N) Σ_t max((V_t - R_t)², (clip(V_t, V_old ± ε_V) - R_t)²)         R_t = A_t + V_old
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | γ, λ | `gamma`, `lambda` | 1 and 1: with λ = 1 the advantage is the return less the value |
/// | ε_low, ε_high, μ | `clipLow`, `clipHigh`, `innerEpochs` | |
/// | β | `kl.coefficient` | adapted to hold `kl.target`, or going to `kl.finalCoefficient`, where one is given |
/// | V | `Critic` | `critic.trunk`: `own` or `shared` |
/// | c, ε_V | `critic.coefficient`, `critic.clip` | |
///
/// # What to choose
///
/// - λ: with one reward at the end, λ < 1 lets the critic's errors in at every token. DeepSeek-R1's
///   appendix finds 0.95 clearly worse than 1 on mathematics.
/// - The KL in the reward costs every token, so that long completions are punished for their
///   length; in the loss it does not.
/// - A critic that begins at 0 gives advantages that are all returns. `critic.warmupSteps` trains
///   it alone first.
/// - A shared trunk saves a model and its optimizer and lets the value loss change the policy's
///   layers; lower `critic.coefficient` to hold that in bounds (TRL: 0.1).
///
/// # Deviations
///
/// 1. Advantages are whitened over the batch of a step, as TRL does; the paper says nothing of it.
///    Returns are made from those before whitening.
/// 2. The critic's gradient has a norm limit and a schedule like the policy's; its rate is a
///    multiple of the policy's.
/// 3. A critic with a trunk of its own trains all of that model's weights, also where the policy
///    learns through adapters.
/// 4. During the critic's warm-up a shared trunk stays as it is; the head learns alone.
///
/// # Reading order
///
/// [dev.tesuji.rl.ppo.PpoLoss], `Critic`, `PpoObjective`, [dev.tesuji.rl.ppo.Ppo].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.ppo;
