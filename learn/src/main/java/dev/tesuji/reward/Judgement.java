package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;

/// A reward's judgement of a response.
public sealed interface Judgement {
  /// The response is worth this much.
  ///
  /// @param value must be finite: one that is not halts the run ([RewardMix#judge])
  record Points(double value) implements Judgement {}

  /// Nothing can be said of the response; it must not be trained on.
  ///
  /// @param verdict why: neither correct nor wrong
  /// @param reason why, in one sentence; empty where the verdict says all
  record Withheld(Verdict verdict, String reason) implements Judgement {
    /// Withholds without a sentence.
    public Withheld(Verdict verdict) {
      this(verdict, "");
    }

    /// Checks that the verdict is inconclusive.
    public Withheld {
      if (verdict.isConclusive()) {
        throw new IllegalArgumentException("a conclusive verdict has points, got " + verdict);
      }
    }
  }

  /// Turns a verdict into points: 1 for correct, 0 for wrong.
  static Judgement of(Verdict verdict) {
    return switch (verdict) {
      case CORRECT -> new Points(1);
      case WRONG -> new Points(0);
      case UNPARSEABLE, VERIFIER_ERROR, TIME_OUT -> new Withheld(verdict);
    };
  }
}
