/// Trainers and matches: what AlphaGo and AlphaZero do with games, on Tesuji's own learner.
///
/// # The problem
///
/// A teacher's games say what the teacher would play. A network that imitates them comes near the
/// teacher and no nearer than that: what it learns from is who played, not who won. To pass the
/// teacher it must learn from results, and for that it must play.
///
/// # The ways
///
/// | trainer | learns | from |
/// |---|---|---|
/// | [dev.tesuji.alphago.learn.ImitationTrainer] | the action | games of a teacher |
/// | [dev.tesuji.alphago.learn.PolicyGradientTrainer] | actions that won, more | games against what it was before |
/// | [dev.tesuji.alphago.learn.ImitationTrainer] with results alone | the value | games of that policy |
/// | [dev.tesuji.alphago.learn.AlphaZeroTrainer] | the search's policy, the result | games against itself, with search |
///
/// All of them are [dev.tesuji.train.Trainer]s over a [dev.tesuji.train.Learner]: the loop,
/// optimizer, checkpoints, metrics and guardian are those of language models.
///
/// # Games side by side
///
/// [dev.tesuji.alphago.learn.Lockstep] plays hundreds of games at once, so that a network sees a
/// batch; a [dev.tesuji.alphago.learn.Side] chooses for all games in which it has the turn. What is
/// left to chance is a function of the seed, the game's number and the move's, so that neither the
/// batch nor a resume changes anything.
///
/// # Deviations
///
/// 1. The policy gradient's baseline is the mean result of each colour, not a value network.
/// 2. It is held near the imitated policy by a KL term, without which a small network lost its
///    entropy.
/// 3. Self-play draws actions by Gumbel noise at the root; there is no temperature and no Dirichlet
///    noise.
/// 4. Every other game of self-play has the game's own komi, the rest one drawn around it; every
///    other eight begin with two random actions, as matches do.
/// 5. A player without hope gives up, but in every fourth game ([dev.tesuji.alphago.learn.Replay]):
///    decided games played to their ends were most of what there was to learn from, and teach
///    little.
///
/// # Reading order
///
/// [dev.tesuji.alphago.learn.Lockstep], [dev.tesuji.alphago.learn.NetLearner],
/// [dev.tesuji.alphago.learn.ImitationTrainer], [dev.tesuji.alphago.learn.PolicyGradientTrainer],
/// [dev.tesuji.alphago.learn.AlphaZeroTrainer].
@org.jspecify.annotations.NullMarked
package dev.tesuji.alphago.learn;
