package dev.tesuji.rollout;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/// The held-out problems of a task that a model has room for, numbered from 0.
///
/// @param posed the problems
/// @param tooLong how many were left out because of their length
public record HeldOutProblems(List<PosedProblem> posed, int tooLong) {
  /// Copies the list.
  public HeldOutProblems {
    posed = List.copyOf(posed);
  }

  /// Poses held-out problems to a model whose tokenizer is not known: none is left out.
  ///
  /// @param count how many at most
  public static HeldOutProblems of(Task task, int count) {
    List<PosedProblem> posed = new ArrayList<>();
    for (Problem problem : required(task, count)) {
      posed.add(new PosedProblem(posed.size(), problem, new int[0]));
    }
    return new HeldOutProblems(posed, 0);
  }

  /// Poses held-out problems.
  ///
  /// @param count how many at most
  /// @param mostTokens the most tokens of a prompt
  public static HeldOutProblems of(Task task, Tokenizer tokenizer, int count, int mostTokens) {
    List<PosedProblem> posed = new ArrayList<>();
    int tooLong = 0;
    for (Problem problem : required(task, count)) {
      int[] prompt = task.promptTokens(problem, tokenizer);
      if (prompt.length <= mostTokens) {
        posed.add(new PosedProblem(posed.size(), problem, prompt));
      } else {
        tooLong++;
      }
    }
    return new HeldOutProblems(posed, tooLong);
  }

  private static List<Problem> required(Task task, int count) {
    List<Problem> problems = task.heldOut(count);
    if (problems.isEmpty() && count > 0) {
      throw new BadInput(
          "task '"
              + task.name()
              + "' must have at least two problems, one of them to evaluate on; give a file of"
              + " held-out problems, or evaluate on none");
    }
    return problems;
  }
}
