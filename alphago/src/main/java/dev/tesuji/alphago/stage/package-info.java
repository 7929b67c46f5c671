/// The stages of games, as recipes name them: `teacherGames`, `imitation`, `selfPlay`, `valueNet`,
/// `alphaZero`, `match`.
///
/// A recipe whose stages are all of these has no language model and no task. Its other parts are
/// what they are elsewhere: names, `from`, optimizers, checkpoints, guardians, `--resume`, reports.
///
/// # Reading order
///
/// [dev.tesuji.alphago.stage.AlphaZeroSettings], [dev.tesuji.alphago.stage.AlphaZeroStage],
/// [dev.tesuji.alphago.stage.MatchStage], [dev.tesuji.alphago.stage.AlphaGoKinds].
@org.jspecify.annotations.NullMarked
package dev.tesuji.alphago.stage;
