/// Answers: taken out of a response and compared with the one that is known to be right.
///
/// Grading gives one of five verdicts ([dev.tesuji.answer.Verdict]). *Correct* and *wrong* are
/// about the response and can be trained on. *Unparseable* (the gold answer cannot be read),
/// *verifier error* and *time-out* are about us: such a completion is counted and left out.
///
/// # Reading order
///
/// [dev.tesuji.answer.Verdict], [dev.tesuji.answer.AnswerKind], [dev.tesuji.answer.Answers].
@org.jspecify.annotations.NullMarked
package dev.tesuji.answer;
