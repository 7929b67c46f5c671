package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.answer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TaskMixtureTest {
  /// Numbers whose right answer is their name and number; refuses problems that are not its own.
  private record Named(String name, long size) implements Task {
    @Override
    public Problem problem(long index) {
      return new Problem(index, "number " + index, name + index, name);
    }

    @Override
    public List<Problem> heldOut(int count) {
      return LongStream.range(0, Math.min(count, 2)).mapToObj(i -> problem(100 + i)).toList();
    }

    @Override
    public String prompt(Problem problem) {
      return name + " asks for " + problem.text();
    }

    @Override
    public String response(String completion) {
      return name + completion;
    }

    @Override
    public String extract(String response) {
      return response;
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      assertThat(problem).isEqualTo(problem.ofTask(null)).matches(p -> p.source().equals(name));
      return response.equals(problem.answer()) ? Verdict.CORRECT : Verdict.WRONG;
    }
  }

  private static TaskMixture mixture(Task... tasks) {
    List<TaskMixture.Part> parts = new ArrayList<>();
    for (Task task : tasks) {
      parts.add(new TaskMixture.Part(task.name(), 1, task));
    }
    return new TaskMixture(parts);
  }

  private static List<String> answers(TaskMixture mixture, long count) {
    return LongStream.range(0, count).mapToObj(i -> mixture.problem(i).answer()).toList();
  }

  @Test
  void problemsComeInTurnUntilATaskHasNoMore() {
    TaskMixture mixture = mixture(new Named("a", 3), new Named("b", 1), new Named("c", 2));
    assertThat(mixture.size()).isEqualTo(6);
    assertThat(answers(mixture, 6)).containsExactly("a0", "b0", "c0", "a1", "c1", "a2");
    TaskMixture endless = mixture(new Named("a", 1), new Named("b", Long.MAX_VALUE));
    assertThat(endless.size()).isEqualTo(Long.MAX_VALUE);
    assertThat(answers(endless, 5)).containsExactly("a0", "b0", "b1", "b2", "b3");
  }

  @Test
  void everyTaskHasItsShareOfTheHeldOutProblems() {
    TaskMixture mixture = mixture(new Named("a", 3), new Named("b", 3));
    assertThat(mixture.heldOut(3))
        .extracting(Problem::answer)
        .containsExactly("a100", "b100", "a101");
    assertThat(mixture.heldOut(Integer.MAX_VALUE)).hasSize(4);
  }

  @Test
  void eachTaskKeepsItsPromptAndItsGrader() {
    TaskMixture mixture = mixture(new Named("a", 3), new Named("b", 3));
    Problem b1 = mixture.problem(3);
    assertThat(b1.task()).isEqualTo("b");
    assertThat(mixture.prompt(b1)).isEqualTo("b asks for number 1");
    assertThat(mixture.response(b1, "1")).isEqualTo("b1");
    assertThat(mixture.grade(b1, "b1")).isEqualTo(Verdict.CORRECT);
    assertThat(mixture.grade(b1, "a1")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void namesMustDiffer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture(new Named("a", 3), new Named("a", 3)))
        .withMessage("tasks must have different names, got 'a' twice (give one a 'name')");
  }

  @Test
  void aMixtureIsNoPartOfAnother() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture(mixture(new Named("a", 3))))
        .withMessage("task 'mixture' must not be a mixture itself; list its tasks here");
  }
}
