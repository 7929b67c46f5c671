package dev.tesuji.curriculum;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.env.Trajectory;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.Rollout;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Problems 0, 1, 2 and so on, whose answers are their numbers.
///
/// @param size how many there are to train on
record CountedTask(String name, long size) implements Task {
  @Override
  public Problem problem(long index) {
    return new Problem(index, name + " " + index, Long.toString(index), name);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return LongStream.range(0, Math.min(3, count)).mapToObj(i -> problem(-1 - i)).toList();
  }

  @Override
  public String prompt(Problem problem) {
    return name + "? " + problem.text();
  }

  @Override
  public String extract(String response) {
    return response.trim();
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return extract(response).equals(problem.answer()) ? Verdict.CORRECT : Verdict.WRONG;
  }

  /// Returns its problems in their own order.
  ProblemSource source() {
    Task task = this;
    return new ProblemSource() {
      @Override
      public Task task() {
        return task;
      }

      @Override
      public int touched() {
        return 0;
      }

      @Override
      public long size() {
        return task.size();
      }

      @Override
      public PosedProblem at(long position) {
        return new PosedProblem(position, problem(position % size()), new int[] {1});
      }
    };
  }

  /// Returns a group of which some completions are right.
  static Group group(PosedProblem posed, int right, int of) {
    return new Group(
        posed, IntStream.range(0, of).mapToObj(i -> rollout(posed, i < right)).toList(), null);
  }

  private static Rollout rollout(PosedProblem posed, boolean right) {
    Response response = new Response(posed.problem(), "", new int[] {2}, FinishReason.EOS);
    Verdict verdict = right ? Verdict.CORRECT : Verdict.WRONG;
    return new Rollout(
        Trajectory.of(posed.prompt()),
        new Graded(response, verdict, Map.of(), right ? 1 : 0, true, "", Graded.Cost.NONE));
  }
}
