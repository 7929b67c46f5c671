/// From tokens to the text that a client gets: whole characters, cut at stop strings, thinking
/// apart.
///
/// # The problem
///
/// Half a character, half a stop string or half a tag must not go out, since what went out cannot
/// be taken back; and what goes out in pieces must be what would have gone out at once.
///
/// # How it goes
///
/// Three filters, each of which holds back as little as it can: bytes to characters
/// ([dev.tesuji.text.TextStream]), stop strings (`StopFinder`), thinking (`ThinkingSplitter`). Stop
/// strings are looked for in the whole text, thinking included, as other servers do.
/// [dev.tesuji.serve.answer.AnswerText] joins them and keeps account of which token wrote what, so
/// that log-probabilities go out with the text that they belong to.
///
/// # Reading order
///
/// [dev.tesuji.serve.answer.AnswerText], `StopFinder`, `ThinkingSplitter`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve.answer;
