/// The [Go Text Protocol](https://www.lysator.liu.se/~gunnar/gtp/gtp2-spec-draft2/gtp2-spec.html),
/// version 2, from both ends: a player as a program, and a program as a player.
///
/// # The engine
///
/// A command is a line, an answer begins with `=` or `?` and ends with an empty line. `GtpInput`
/// reads lines on a thread of its own, so that analysis sees that something was sent;
/// [dev.tesuji.play.gtp.GtpEngine] finds the command; the commands work on a `GtpSession`.
///
/// # What holds
///
/// - Whatever is sent, the answer is an answer: `?` and one sentence for nonsense.
/// - The same commands give the same moves, as far as no clock binds.
/// - `final_score` is Tromp and Taylor's: all stones on the board are alive, and
///   `final_status_list` says so.
/// - Analysis goes on until anything is sent, an empty line included.
///
/// # Reading order
///
/// [dev.tesuji.play.gtp.GtpEngine], `GtpSession`, `CoreCommands`, `AnalysisCommands`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.play.gtp;
