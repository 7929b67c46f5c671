/// Searches: Gumbel AlphaZero's and PUCT, over any game, many games to a batch.
///
/// # The problem
///
/// A network evaluates 256 states in the time of ten single ones, and a search knows the next state
/// that it needs only once it has the answer for the last. So searches do not call the network:
/// they hand out states and take evaluations ([dev.tesuji.alphago.search.TreeSearch]), and
/// [dev.tesuji.alphago.search.BatchSearch] fills a batch from many games. For one game there is
/// virtual loss.
///
/// # The two searches
///
/// | search | chooses at the root | below | learns from | for |
/// |---|---|---|---|---|
/// | [dev.tesuji.alphago.search.Gumbel] | sequential halving | the improved policy | the improved policy | self-play: a fixed number of simulations, few |
/// | [dev.tesuji.alphago.search.Puct] | Q + U | Q + U | visits | play: any number, any time, the tree kept from move to move |
///
/// # Deviations
///
/// 1. Values in Gumbel's σ are in [-1, 1] as they are, without rescaling them by the least and the
///    most of a node: on a small board most nodes have one good action, and rescaling would make
///    noise of the others into certainty.
/// 2. The number of considered actions is at most that of legal ones.
///
/// # Determinism
///
/// Noise is a function of seed, move and action; ties go to the lowest action. Wall-clock limits
/// are for play alone.
///
/// # Reading order
///
/// [dev.tesuji.alphago.search.GumbelEquations], [dev.tesuji.alphago.search.Gumbel],
/// [dev.tesuji.alphago.search.Puct], [dev.tesuji.alphago.search.TreeSearch],
/// [dev.tesuji.alphago.search.BatchSearch].
@org.jspecify.annotations.NullMarked
package dev.tesuji.alphago.search;
