/// Answers: taken out of a response and compared with the one that is known to be right.
///
/// Grading gives one of five verdicts ([dev.tesuji.answer.Verdict]). *Correct* and *wrong* are
/// about the response and can be trained on. *Unparseable* (the gold answer cannot be read),
/// *verifier error* and *time-out* are about us: such a completion is counted and left out. An
/// answer that cannot be read, or that takes the grader too long to compare, is wrong: otherwise a
/// policy would learn to write such where it would be wrong.
///
/// # One extraction and one equivalence
///
/// A task, a vote, a filter and a reward that differ about an answer teach different things. So
/// there is one way in which an answer is found in a response
/// ([dev.tesuji.answer.AnswerKind#extract]) and one in which two are compared, for gold answers
/// ([dev.tesuji.answer.AnswerKind#grade]) and for votes ([dev.tesuji.answer.AnswerKind#same]).
///
/// An extraction is *strict* or *lenient*. Strictly, answer tags or a box must mark the answer, and
/// nothing is read from prose: what is paid for in training can be found by a rule that no sentence
/// gets around. Leniently, GSM8K's `####`, "the answer is" and the last formula or number count as
/// well, so that models that were never told about boxes can be measured.
///
/// # Reading order
///
/// [dev.tesuji.answer.Verdict], [dev.tesuji.answer.AnswerKind]; every kind of answer is in
/// `dev.tesuji.math`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.answer;
