/// Problems whose answers can be checked.
///
/// # The problem
///
/// What is asked, how it is asked and how the answer is graded must fit together: a grader that
/// looks for a box and a prompt that asks for tags make every model score zero. A
/// [dev.tesuji.env.Task] is the three in one place.
///
/// # Verdicts
///
/// Grading says one of five things ([dev.tesuji.answer.Verdict]). *Correct* and *wrong* are about
/// the response and can be trained on. *Unparseable* (the gold answer cannot be read), *verifier
/// error* and *time-out* are about us; such a completion is counted and left out. A response
/// without an answer is wrong.
///
/// # Held-out problems
///
/// A task separates problems to train on from problems to evaluate on, and no problem is ever both.
/// Files can bring their own test set; where there is none, a tenth is held out, in an order that
/// does not depend on the run.
///
/// # Numbers
///
/// Answers are compared as numbers: `1,234`, `$1234.00` and `1234` are equal
/// ([dev.tesuji.answer.Numbers]). From a free text the answer is taken from `<answer>` tags, else
/// from the last `\boxed{}`, else after GSM8K's `####`, else it is the last number after the
/// thinking.
///
/// # Reading order
///
/// [dev.tesuji.env.Problem], [dev.tesuji.env.Task], [dev.tesuji.env.FileTask].
@org.jspecify.annotations.NullMarked
package dev.tesuji.env;
