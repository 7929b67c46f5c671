package dev.tesuji.chainsums;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;

/// Sums of several digits whose running total stays in 0 to 99, such as `9+8-6+2=?`: the built-in
/// task, which a model of a million weights can learn to reason about.
///
/// Problem number i is a function of i alone. One problem in [#HELD_OUT_SHARE] is held out: whether
/// it is follows from its text, so no problem is ever both trained on and evaluated on, in
/// pretraining either.
///
/// @param minTerms the fewest terms
/// @param maxTerms the most terms
public record ChainSums(int minTerms, int maxTerms) implements DrawnTask {
  /// Sums of 4 to 8 digits.
  public static final ChainSums DEFAULT = new ChainSums(4, 8);

  private static final AnswerKind ANSWERS = MathAnswers.numbers(true);
  private static final long SEED =
      0x7E50711L; // the task's own: its problems are the same in every run
  private static final int HELD_OUT_SHARE = 16;

  /// Checks the ranges.
  public ChainSums {
    if (minTerms < 2 || maxTerms < minTerms || maxTerms > 11) {
      throw new IllegalArgumentException(
          "minTerms and maxTerms must satisfy 2 <= minTerms <= maxTerms <= 11, got "
              + minTerms
              + " and "
              + maxTerms);
    }
  }

  @Override
  public String name() {
    return "chain-sums";
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text() + "\n";
  }

  @Override
  public String extract(String response) {
    return ANSWERS.extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return ANSWERS.same(answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return ANSWERS.grade(problem.answer(), extract(response));
  }

  /// Returns the numbers and signs of a problem: `9+8-6` gives 9, 8, -6.
  static List<Integer> terms(Problem problem) {
    List<Integer> terms = new ArrayList<>();
    String sum = problem.text().substring(0, problem.text().indexOf('='));
    for (int i = 0; i < sum.length(); i++) {
      if (Character.isDigit(sum.charAt(i))) {
        int digit = sum.charAt(i) - '0';
        terms.add(i > 0 && sum.charAt(i - 1) == '-' ? -digit : digit);
      }
    }
    return terms;
  }

  /// Finds the first candidate at this index that is held out, or is not.
  @Override
  public Problem draw(long index, boolean heldOut) {
    for (int attempt = 0; ; attempt++) {
      Problem candidate = candidate(index, heldOut, attempt);
      boolean out = Math.floorMod(hash(candidate.text()), HELD_OUT_SHARE) == 0;
      if (out == heldOut) {
        return candidate;
      }
    }
  }

  private Problem candidate(long index, boolean heldOut, int attempt) {
    long seed = Rng.derive(SEED, 2L * attempt + (heldOut ? 1 : 0));
    int terms = minTerms + Rng.below(maxTerms - minTerms + 1, seed, index, 0, 0);
    StringBuilder text = new StringBuilder();
    int total = 0;
    for (int i = 0; i < terms; i++) {
      int digit = 1 + Rng.below(9, seed, index, i, 1);
      boolean minus = i > 0 && total >= digit && Rng.below(2, seed, index, i, 2) == 0;
      total += minus ? -digit : digit;
      text.append(i == 0 ? "" : minus ? "-" : "+").append(digit);
    }
    long id = 2 * index + (heldOut ? 1 : 0);
    return new Problem(
        id, text.append("=?").toString(), Integer.toString(total), name() + " " + id);
  }

  private static int hash(String text) {
    int h = 0x811C9DC5; // FNV-1a, mixed: neighbours must not share a residue
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0x01000193;
    }
    h ^= h >>> 15;
    h *= 0x2C1B3C6D;
    return h ^ (h >>> 12);
  }
}
