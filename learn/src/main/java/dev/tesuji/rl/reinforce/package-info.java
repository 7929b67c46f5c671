/// REINFORCE without a critic: REINFORCE++ ([Hu et al., 2025](https://arxiv.org/abs/2501.03262))
/// and ReMax ([Li et al., 2023](https://arxiv.org/abs/2310.10505)).
///
/// # The idea
///
/// The policy gradient needs advantages of moderate size around 0. A critic estimates what was to
/// be expected; GRPO and RLOO ask the completion's siblings. REINFORCE++ takes PPO without its
/// critic and lets the whole batch be the yardstick: returns are shifted and scaled over all of its
/// tokens, which needs one completion per prompt only. ReMax asks the policy itself: the reward of
/// its greedy completion to the same prompt is the baseline.
///
/// # The equations
///
/// ```
/// r_t = [t is last] R - β log (π_old(y_t) / π_ref(y_t))           G_t = Σ_{s≥t} γ^(s-t) r_s
///
/// REINFORCE++                A_t = (G_t - mean(G)) / √(s²(G) + 1e-8)      over the batch's tokens
///   with a baseline          G_t = R_i - mean of its group; the KL is in the loss (k2)
/// ReMax                      R becomes R - R(greedy)                A_t = G_t
///
/// L = -(1/N) Σ_t min(ρ_t A_t, clip(ρ_t, 1 - ε_low, 1 + ε_high) A_t)
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | β | `klCoefficient` | by k1 in the reward, with a baseline by k2 in the loss, unless `klPlace` says otherwise |
/// | γ | `gamma` | |
/// | A | `ReinforceAdvantages`, `Statistics.whiten` | |
/// | ε, μ | `clipLow`, `clipHigh`, `innerEpochs` | |
/// | N | | scored tokens of the update |
///
/// # Deviations
///
/// 1. The batch is that of one step, whole; its mean and deviation are weighted by tokens, as
///    OpenRLHF does.
/// 2. ReMax's paper makes one update per batch, where every ratio is 1; the clip is for more.
/// 3. A completion that could not be judged is left out; one whose greedy sibling could not be
///    judged gets advantage 0.
///
/// # Reading order
///
/// [dev.tesuji.rl.reinforce.ReinforceAdvantages], [dev.tesuji.rl.algorithm.KlReward],
/// [dev.tesuji.rl.reinforce.ReinforcePlusPlus], [dev.tesuji.rl.reinforce.ReMax].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.reinforce;
