package dev.tesuji.answer;

import java.util.Locale;

/// The result of grading a response. Only [#CORRECT] and [#WRONG] say something about the response;
/// with any other verdict it is not trained on.
public enum Verdict {
  /// The answer equals the gold answer.
  CORRECT,
  /// It does not, or there is no answer where one was asked for.
  WRONG,
  /// The gold answer itself cannot be read, so nothing can be said.
  UNPARSEABLE,
  /// The grader failed.
  VERIFIER_ERROR,
  /// The grader took too long.
  TIME_OUT;

  /// Returns whether the verdict is about the response.
  public boolean isConclusive() {
    return this == CORRECT || this == WRONG;
  }

  /// Returns whether the answer is right.
  public boolean isCorrect() {
    return this == CORRECT;
  }

  /// Returns the word that files use, for instance `time_out`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
