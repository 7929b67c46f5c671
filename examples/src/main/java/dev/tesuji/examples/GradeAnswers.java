package dev.tesuji.examples;

import dev.tesuji.answer.Verdict;
import dev.tesuji.math.MathAnswers;
import java.util.List;

/// Grades answers to mathematical problems: the module `grading` has no model behind it.
public final class GradeAnswers {
  private GradeAnswers() {}

  /// Prints verdicts.
  public static void main(String[] arguments) {
    String gold = "\\frac{1}{2}";
    for (String response :
        List.of("<answer>0.5</answer>", "\\boxed{2/4}", "<answer>0.51</answer>", "no idea")) {
      System.out.println(response + ": " + verdict(gold, response));
    }
  }

  /// Takes the answer out of a response, and compares it with the one that is right.
  static Verdict verdict(String gold, String response) {
    MathAnswers answers = MathAnswers.of(/* strict= */ true); // read from tags or a box alone
    return answers.grade(gold, answers.extract(response));
  }
}
