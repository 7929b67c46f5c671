package dev.tesuji.rl;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import java.util.List;

/// Chain sums whose every answer that begins with a digit is right: a bandit.
record DigitTask() implements Task {
  @Override
  public String name() {
    return "digit";
  }

  @Override
  public long size() {
    return ChainSums.DEFAULT.size();
  }

  @Override
  public Problem problem(long index) {
    return ChainSums.DEFAULT.problem(index);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return ChainSums.DEFAULT.heldOut(count);
  }

  @Override
  public String prompt(Problem problem) {
    return ChainSums.DEFAULT.prompt(problem);
  }

  @Override
  public String extract(String response) {
    return response;
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return response.matches("[0-9].*") ? Verdict.CORRECT : Verdict.WRONG;
  }
}
