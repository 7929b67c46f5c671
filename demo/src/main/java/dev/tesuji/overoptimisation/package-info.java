/// Over-optimisation: what becomes of a gold reward while its proxy is optimised ([Gao, Schulman
/// and Hilton, 2022](https://arxiv.org/abs/2210.10760)).
///
/// # The problem
///
/// A reward model is a proxy: it learned from some comparisons what a better answer is. Optimise
/// against it a little and answers get better; optimise against it a lot and they get better at
/// pleasing the proxy. With people as the judges one does not see this happen, since each look is
/// dear. Gao et al. put a fixed reward, *gold*, in the people's place: it makes the comparisons,
/// and may be asked at any time.
///
/// # The experiment
///
/// 1. The starting policy writes two responses to each of many prompts; gold says which is better
///    ([dev.tesuji.overoptimisation.GoldPairs], a reward model's `comparisons: {drawn: ...}`).
///    Proxies learn from more or fewer of these comparisons.
/// 2. Each proxy is optimised from the same start in two ways: by taking the best of n responses,
///    and by reinforcement learning.
/// 3. Gold and proxy are measured against d, how far the result is from the start:
///
/// ```
/// d = √KL(π || π0)
/// best of n        KL = log n - (n - 1)/n              R(d) = d (α - β d)
/// reinforcement    KL = E_π[log π(y) - log π0(y)]      R(d) = d (α - β log d)
/// ```
///
/// α is how well the proxy serves near the start, β how soon it does not. Both are fitted by least
/// squares ([dev.tesuji.overoptimisation.ScalingCurve]), which has a closed form since R is linear
/// in them. Best-of-n is estimated for every n from one set of N responses per prompt, without bias
/// ([dev.tesuji.overoptimisation.BestOfN]).
///
/// # In a recipe
///
/// Any stage of reinforcement learning may have a gold reward, which it is not paid. The guardian
/// then holds the policy to gold instead of accuracy ([dev.tesuji.train.HeldOutMetric]), and halts,
/// or warns, where the reward rises and gold falls beyond chance.
///
/// ```yaml
/// - rl:
///     rewards: [{kind: model, stage: rewardModel}]
///     gold: {rewards: [accuracy, format], bestOf: 64}
///     guardian: {action: halt, heldOutEvery: 5, heldOutProblems: 256}
/// ```
///
/// A comparison of such recipes (`recipes/overoptimisation.yaml`) writes `overoptimisation.html`
/// besides `compare.html`.
///
/// # Deviations
///
/// 1. Gold is a rule, not a large reward model.
/// 2. Both rewards are shown in standard deviations of the starting policy's responses, from their
///    mean. Gao et al. shift both and scale gold; the scale of a proxy says nothing across proxies.
/// 3. KL along the way is measured on held-out prompts with one response each. The estimate has no
///    bias and can be below 0 near the start, where d is taken to be 0.
/// 4. Curves are fitted to one run each, not over the sizes of proxies at once.
///
/// # Reading order
///
/// [dev.tesuji.overoptimisation.BestOfN], [dev.tesuji.overoptimisation.ScalingCurve],
/// [dev.tesuji.overoptimisation.GoldPairs], [dev.tesuji.overoptimisation.GoldStandard],
/// `GoldTrack`, [dev.tesuji.overoptimisation.OveroptimisationReport].
@org.jspecify.annotations.NullMarked
package dev.tesuji.overoptimisation;
