/// Games for two players, and the seam between their rules and what learns to play them.
///
/// # The problem
///
/// A search, a network and a training stage must not know Go, and Go must not know them. What they
/// share is small: which actions are legal, what an action leads to, who has won, and how a
/// position looks as planes of numbers.
///
/// # The two halves
///
/// The rules: a [dev.tesuji.play.Game] is a board and its actions, a [dev.tesuji.play.GameState] a
/// position that never changes. A search keeps states in its tree and shares them between threads;
/// undoing is going back to the state before. Two games prove the seam: Go
/// ([dev.tesuji.play.go.Go]) and Connect Four.
///
/// The players: a [dev.tesuji.play.Player] thinks about a state within [dev.tesuji.play.Limits] and
/// answers with a [dev.tesuji.play.Thought]. GTP, the page in the browser and matches are written
/// against it, so that a network, a random player and another program are the same to them.
///
/// # Signs
///
/// | what | seen by |
/// |---|---|
/// | [dev.tesuji.play.Outcome], [dev.tesuji.play.GameState#toMove] | the first player: +1 is good for Black |
/// | [dev.tesuji.play.Thought], [dev.tesuji.play.GameState#planes] | the player whose turn it is |
///
/// So the value that a network should learn for a state is `outcome.value() * state.toMove()`.
///
/// # Reading order
///
/// [dev.tesuji.play.Game], [dev.tesuji.play.GameState], [dev.tesuji.play.Player].
@org.jspecify.annotations.NullMarked
package dev.tesuji.play;
