package dev.tesuji.answer;

/// A kind of answer: how gold answers are read, how answers are found in responses and compared.
public interface AnswerKind {
  /// Finds the gold answer in what a data file gives: the answer itself, or a worked solution.
  String gold(String solution);

  /// Returns whether a gold answer can be graded against.
  boolean isReadable(String gold);

  /// Says what a gold answer must be, for messages: `a number or end in '#### NUMBER'`.
  String wanted();

  /// Finds the answer in a response; empty text where it gives none.
  String extract(String response);

  /// Grades an answer that was extracted.
  ///
  /// @param gold as [#gold] found it
  Verdict grade(String gold, String answer);

  /// Returns whether two answers that were extracted come to the same, as [#grade] has it: what
  /// votes together.
  boolean same(String answer, String other);
}
