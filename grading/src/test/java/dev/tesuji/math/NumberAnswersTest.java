package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Tags;
import dev.tesuji.answer.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kind whose gold answers are numbers: GSM8K and files like it.
class NumberAnswersTest {
  private static final MathAnswers NUMBERS = MathAnswers.numbers(false);

  @Test
  void numbersAreComparedByValue() {
    assertThat(NUMBERS.grade("1234", "1,234")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("5", "$5.00")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("0.5", ".5")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("0.5", "\\frac{1}{2}")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("3", "three")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("-3", "3")).isEqualTo(Verdict.WRONG);
    assertThat(NUMBERS.grade("3", "")).isEqualTo(Verdict.WRONG);
    assertThat(NUMBERS.grade("3", "3 3")).isEqualTo(Verdict.WRONG);
    assertThat(NUMBERS.grade("3", "x")).isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a few", "three", "x", "", "1, 2", "\\sqrt{"})
  void goldAnswersAreWrittenInDigits(String gold) {
    assertThat(NUMBERS.isReadable(gold)).isFalse();
    assertThat(NUMBERS.grade(gold, "3")).isEqualTo(Verdict.UNPARSEABLE);
  }

  @Test
  void aPercentSignMayBeLeftOutOnlyWhereGoldAnswersAreNumbers() {
    assertThat(NUMBERS.grade("18", "18\\%")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("18%", "18")).isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.grade("18", "0.18")).isEqualTo(Verdict.WRONG);
    assertThat(MathAnswers.of(false).grade("18", "18\\%")).isEqualTo(Verdict.WRONG);
    assertThat(MathAnswers.of(false).grade("18\\%", "18")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void aLoopOfDigitsIsNoNumber() {
    assertThat(NUMBERS.isReadable("9".repeat(1_000_000))).isFalse();
    assertThat(NUMBERS.grade("9", "9".repeat(1_000_000))).isEqualTo(Verdict.WRONG);
  }

  @Test
  void freeTextsGiveTheirBestMarkedAnswer() {
    assertThat(NUMBERS.extract("first 3, then 4")).isEqualTo("first 3, then 4");
    assertThat(NUMBERS.extract("so 7\n#### 1,200")).isEqualTo("1,200");
    assertThat(NUMBERS.extract("#### 72 as 48/2 is 24 and 48+24 is 72, not 70")).isEqualTo("72");
    assertThat(NUMBERS.extract("it is \\boxed{\\frac{1}{2}}. So 9")).isEqualTo("\\frac{1}{2}");
    assertThat(NUMBERS.extract("<think>8</think><answer> 12 </answer> 9")).isEqualTo("12");
    assertThat(NUMBERS.extract("<think>8</think> so 12")).isEqualTo("12");
    assertThat(NUMBERS.grade("12", NUMBERS.extract("<think>8</think> so it is 12")))
        .isEqualTo(Verdict.CORRECT);
    assertThat(NUMBERS.extract("I have no idea")).isEmpty();
  }

  @Test
  void theLastTaggedAnswerWins() {
    assertThat(Tags.answer("<answer>1</answer><answer>2</answer>")).isEqualTo("2");
    assertThat(Tags.answer("<answer>1")).isEmpty();
    assertThat(Tags.afterThinking("<think><answer>1</answer>")).isEmpty();
    assertThat(Tags.afterThinking("<think>a</think>1<think>2")).isEqualTo("1");
  }

  @Test
  void answersThatComeToTheSameVoteTogether() {
    assertThat(NUMBERS.same("0.5", "1/2")).isTrue();
    assertThat(NUMBERS.same("5 dollars", "5")).isTrue();
    assertThat(NUMBERS.same("unreadable {", "unreadable {")).isTrue();
    assertThat(NUMBERS.same("5", "-5")).isFalse();
    assertThat(NUMBERS.same("{", "}")).isFalse();
  }

  @Test
  void aTimeOutIsOursOnlyWhereTheGoldAnswerAloneTakesTheTime() {
    String hard = "\\int_0^1 x^x \\sin(\\cos(x^3)) dx";
    MathAnswers answers = MathAnswers.of(true);
    assertThat(answers.grade("5", hard)).isEqualTo(Verdict.WRONG);
    assertThat(answers.grade(hard, hard + "+1")).isEqualTo(Verdict.WRONG);
    assertThat(answers.grade(hard, "5")).isIn(Verdict.TIME_OUT, Verdict.WRONG);
  }
}
