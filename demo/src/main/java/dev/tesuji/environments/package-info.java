/// Environments that ship with Tesuji: games in texts, a search, a debugger.
///
/// # The problem
///
/// A policy that acts must be tried on something that answers. These answer at once, on any
/// machine, and the same each time: what a game does follows from the problem's number and the
/// policy's moves.
///
/// | kind | class | the policy | right |
/// |---|---|---|---|
/// | `wordle` | [dev.tesuji.environments.Wordle] | guesses words | the word is found |
/// | `2048` | [dev.tesuji.environments.Merging] | slides tiles | a tile reaches the target |
/// | `cellar` | [dev.tesuji.environments.Cellar] | walks, takes, opens | the chest is open |
/// | `ticTacToe` | [dev.tesuji.environments.TicTacToe] | plays against a pool | the game is won |
/// | `library` | [dev.tesuji.environments.Library] | searches, then answers | the answer |
/// | `debugger` | [dev.tesuji.environments.Debugger] | writes programs again | all tests pass |
///
/// # Points
///
/// Some moves are worth points by themselves: tiles that merge, the key of the cellar, a draw. They
/// are added to the reward of the whole; `credit: turn` gives them to their turn
/// ([dev.tesuji.rl.grpo.Grpo.Credit]).
///
/// # Self-play
///
/// The pool of tic-tac-toe has programs of different strength and the policy's earlier selves
/// (`Snapshot`): stages of a recipe follow each other, and each may put the models of those before
/// it into its pool. Within a stage the policy joins it every so many steps (`Selves`,
/// [dev.tesuji.rl.SelfPlay]), and a checkpoint has the pool: bit for bit the same games follow.
///
/// # Left out
///
/// Pools that forget, or that play some of their players more often than others.
///
/// # Reading order
///
/// [dev.tesuji.env.Game], one of the games, [dev.tesuji.environments.Library] with `Bm25`,
/// [dev.tesuji.environments.Debugger], [dev.tesuji.environments.EnvironmentTasks].
@org.jspecify.annotations.NullMarked
package dev.tesuji.environments;
