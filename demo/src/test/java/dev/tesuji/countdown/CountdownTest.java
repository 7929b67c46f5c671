package dev.tesuji.countdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.env.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountdownTest {
  private static final Problem ROUND = new Problem(0, "3,5,2=17?", "(3*5)+2", "by hand");
  private static final Problem TWICE = new Problem(0, "4,4,2=10?", "(4+4)+2", "by hand");
  private static final Countdown AT_MOST_ONCE = new Countdown(2, 3, 12, false);

  private static boolean isRight(Countdown task, Problem problem, String response) {
    return task.grade(problem, response).isCorrect();
  }

  private static String answered(String answer) {
    return "<think>3+5=8</think><answer>" + answer + "</answer>";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(3*5)+2",
        "3*5+2",
        "2+5*3",
        " 2 + ( 5 * 3 ) ",
        "3×5+2",
        "((3*5))+2",
        "(3*5)−(2-2*2)+0",
        "5·3+2"
      })
  void anExpressionOfTheGivenNumbersThatComesToTheTargetIsRight(String answer) {
    boolean given = !answer.contains("+0");
    assertThat(isRight(Countdown.DEFAULT, ROUND, answered(answer))).isEqualTo(given);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17", // the target itself
        "15+2", // numbers that were not given
        "3*5+2+0",
        "3*5+2*1",
        "35-18", // two numbers written together, and another
        "3 5-2",
        "3*5", // not the target, not all numbers
        "3*5+2=17", // no equals sign
        "17=3*5+2",
        "3*5+3-1",
        "3*5+2+2-2", // a number twice
        "3*(5)+(2", // brackets that do not close
        "3*5+2)",
        "3*5+2/(2-2)", // division by zero
        "3*5+(2/(3-3))",
        "-3*-5+2", // signs before numbers
        "+3*5+2",
        "3*5+2.0",
        "3*5+02",
        "3**5+2",
        "3*5+2!",
        "3^5+2",
        "3*5+2 or 3+5+2",
        "3*5\n+2",
        "3(5)+2", // no sign between
        "three*5+2",
        "３*5+2", // digits of another width
        "99999999999999999999*0+17",
        "()",
        ""
      })
  void anythingElseIsWrong(String answer) {
    assertThat(isRight(Countdown.DEFAULT, ROUND, answered(answer))).as(answer).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3*5+2", // no tags
        "<think><answer>3*5+2</answer>", // thinking that does not end
        "<think></think><answer>3*5+2", // an answer that does not end
        "<answer>3*5+2</answer><think>hm",
        "<answer>3*5+2</answer><answer>3+5+2</answer>", // the last answer counts
        "<think><answer>3*5+2</answer></think>17"
      })
  void anAnswerCountsOnlyInItsTagsAfterTheThinking(String response) {
    boolean opened = response.startsWith("<answer>3*5+2</answer><think>");
    assertThat(isRight(Countdown.DEFAULT, ROUND, response)).as(response).isEqualTo(opened);
  }

  @Test
  void aNumberThatIsGivenTwiceMayBeUsedTwice() {
    assertThat(isRight(Countdown.DEFAULT, TWICE, answered("4+4+2"))).isTrue();
    assertThat(isRight(Countdown.DEFAULT, TWICE, answered("4*2+2"))).isFalse();
  }

  @Test
  void numbersMayBeLeftOutWhereTheTaskSaysSo() {
    Problem round = new Problem(0, "3,5,2=15?", "3*5", "by hand");
    assertThat(isRight(AT_MOST_ONCE, round, answered("3*5"))).isTrue();
    assertThat(isRight(Countdown.DEFAULT, round, answered("3*5"))).isFalse();
    assertThat(isRight(AT_MOST_ONCE, round, answered("3*5*(2-2+1)"))).isFalse();
    assertThat(isRight(AT_MOST_ONCE, round, answered("5+5+5"))).isFalse();
  }

  @Test
  void fractionsOnTheWayAreExact() {
    Problem round = new Problem(0, "8,3,3,8=24?", "8/(3-(8/3))", "the classic");
    Countdown task = new Countdown(2, 4, 12, true);
    assertThat(isRight(task, round, answered("8/(3-8/3)"))).isTrue();
    assertThat(isRight(task, round, answered("8*3*8/8"))).isFalse();
  }

  @Test
  void answersOfOneValueVoteTogether() {
    assertThat(Countdown.DEFAULT.same(ROUND, "3*5+2", "2+(5*3)")).isTrue();
    assertThat(Countdown.DEFAULT.same(ROUND, "3*5+2", "15+2")).isFalse(); // numbers not given
    assertThat(Countdown.DEFAULT.same(ROUND, "3+5+2", "3*5+2")).isFalse();
    assertThat(Countdown.DEFAULT.same(ROUND, "hm", "hm")).isTrue();
    assertThat(Countdown.DEFAULT.same(ROUND, "hm", "ha")).isFalse();
  }

  @Test
  void everyProblemHasASolution() {
    Countdown task = new Countdown(2, 4, 12, true);
    for (int i = 0; i < 300; i++) {
      Problem problem = task.problem(i);
      assertThat(isRight(task, problem, task.goldResponse(problem))).as(problem.text()).isTrue();
      assertThat(isRight(task, problem, answered(problem.answer()))).isTrue();
    }
  }

  @Test
  void noProblemIsBothTrainedOnAndHeldOut() {
    Set<String> heldOut = new HashSet<>();
    Countdown.DEFAULT.heldOut(400).forEach(p -> heldOut.add(NumbersRound.of(p).key()));
    assertThat(heldOut).hasSize(400);
    for (int i = 0; i < 5000; i++) {
      String key = NumbersRound.of(Countdown.DEFAULT.problem(i)).key();
      assertThat(heldOut).as("in whatever order").doesNotContain(key);
    }
  }

  @Test
  void aProblemIsTheSameInEveryRun() {
    assertThat(Countdown.DEFAULT.problem(7)).isEqualTo(Countdown.DEFAULT.problem(7));
    List<Problem> few = Countdown.DEFAULT.heldOut(3);
    assertThat(Countdown.DEFAULT.heldOut(30).subList(0, 3)).isEqualTo(few);
  }

  @Test
  void returnsAndReflectiveWordsAreCounted() {
    String response =
        "<think>3+5=8,8*2=16 no;wait;5-3=2,2*2=4 no;3*5=15,15+2=17 yes;"
            + "wait;check:3*5=15,15+2=17 yes;</think><answer>(3*5)+2</answer>";
    assertThat(Countdown.DEFAULT.measures(ROUND, response))
        .isEqualTo(Map.of("returns", 2.0, "reflections", 3.0));
    assertThat(Countdown.DEFAULT.measures(ROUND, "<answer>wait</answer>"))
        .isEqualTo(Map.of("returns", 0.0, "reflections", 0.0));
  }

  @Test
  void rangesAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Countdown(3, 2, 12, true))
        .withMessage(
            "minNumbers and maxNumbers must satisfy 2 <= minNumbers <= maxNumbers <= 6, got 3 and 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Countdown(2, 3, 100, true))
        .withMessage("largest must be from 2 to 50, got 100");
  }
}
