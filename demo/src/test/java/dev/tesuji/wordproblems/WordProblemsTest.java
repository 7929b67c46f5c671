package dev.tesuji.wordproblems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.env.Problem;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WordProblemsTest {
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private static List<String> numbers(Problem problem) {
    return NUMBER.matcher(problem.text()).results().map(MatchResult::group).toList();
  }

  @Test
  void aProblemHasANumberMoreThanSteps() {
    for (int steps = 1; steps <= 3; steps++) {
      WordProblems task = new WordProblems(steps, 99, Told.AS_TRAINED, false);
      for (int i = 0; i < 200; i++) {
        Problem problem = task.problem(i);
        assertThat(numbers(problem)).as(problem.text()).hasSize(steps + 1);
        assertThat(Integer.parseInt(problem.answer())).isBetween(1, 99);
      }
    }
  }

  @Test
  void noNumbersAreBothTrainedOnAndHeldOut() {
    WordProblems task = new WordProblems(2, 99, Told.AS_TRAINED, false);
    List<List<String>> heldOut = task.heldOut(100).stream().map(WordProblemsTest::numbers).toList();
    assertThat(LongStream.range(0, 2000).mapToObj(task::problem).map(WordProblemsTest::numbers))
        .doesNotContainAnyElementsOf(heldOut);
  }

  @Test
  void heldOutProblemsMayBeToldAnew() {
    WordProblems task = new WordProblems(1, 99, Told.ANEW, false);
    assertThat(task.heldOut(50)).allMatch(p -> p.text().contains("What is the number of"));
    assertThat(task.problem(3).text()).contains("How many");
  }

  @Test
  void anAnswerIsReadFromProse() {
    Problem problem = new Problem(0, "Anna has 2 eggs and gets 3 more. How many?", "5", "by hand");
    WordProblems task = WordProblems.DEFAULT;
    assertThat(task.grade(problem, "She has 2 + 3 = 5 eggs.").isCorrect()).isTrue();
    assertThat(task.grade(problem, "She has 6 eggs.").isCorrect()).isFalse();
  }
}
