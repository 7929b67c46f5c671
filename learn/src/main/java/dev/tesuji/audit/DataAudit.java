package dev.tesuji.audit;

import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// Which gold answers of a task do not grade as correct against themselves: those problems can
/// never be solved, or never be judged.
///
/// @param problems how many were graded: all of which the task knows a right response
/// @param failures the others
public record DataAudit(int problems, List<Failure> failures) {
  private static final int OF_ENDLESS = 1000;
  private static final int AT_ONCE = 1000;

  /// A gold answer that does not grade as correct.
  ///
  /// @param source where the problem comes from
  /// @param answer the gold answer
  /// @param verdict what grading it against itself came to
  public record Failure(String source, String answer, String verdict) {}

  /// Grades all gold answers against themselves, of problems to train on and to evaluate on; the
  /// first thousand of each where there is no end of them.
  public static DataAudit of(Task task) {
    boolean endless = task.size() == Long.MAX_VALUE;
    List<Problem> problems = new ArrayList<>();
    LongStream.range(0, endless ? OF_ENDLESS : task.size())
        .mapToObj(task::problem)
        .forEach(problems::add);
    problems.addAll(task.heldOut(endless ? OF_ENDLESS : Integer.MAX_VALUE));
    problems.removeIf(p -> task.goldResponse(p).isEmpty());
    RewardMix accuracy =
        new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task))));
    List<Failure> failures = new ArrayList<>();
    try (Grader grader = new Grader(accuracy)) {
      for (int from = 0; from < problems.size(); from += AT_ONCE) {
        problems.subList(from, Math.min(problems.size(), from + AT_ONCE)).stream()
            .map(p -> grader.submit(response(task, p)))
            .toList()
            .forEach(pending -> note(pending.await(), failures));
      }
    }
    return new DataAudit(problems.size(), failures);
  }

  private static Response response(Task task, Problem problem) {
    return new Response(problem, task.goldResponse(problem), new int[0], FinishReason.EOS);
  }

  private static void note(Graded graded, List<Failure> failures) {
    if (!graded.verdict().isCorrect()) {
      Problem problem = graded.response().problem();
      failures.add(new Failure(problem.source(), problem.answer(), graded.verdict().toString()));
    }
  }
}
