package dev.tesuji.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswersTest {
  @Test
  void numbersAreComparedByValue() {
    assertThat(Numbers.compare("1234", "1,234")).isEqualTo(Verdict.CORRECT);
    assertThat(Numbers.compare("5", "$5.00")).isEqualTo(Verdict.CORRECT);
    assertThat(Numbers.compare("0.5", ".5")).isEqualTo(Verdict.CORRECT);
    assertThat(Numbers.compare("-3", "3")).isEqualTo(Verdict.WRONG);
    assertThat(Numbers.compare("3", "")).isEqualTo(Verdict.WRONG);
    assertThat(Numbers.compare("3", "three")).isEqualTo(Verdict.WRONG);
    assertThat(Numbers.compare("3", "3 3")).isEqualTo(Verdict.WRONG);
    assertThat(Numbers.compare("a few", "3")).isEqualTo(Verdict.UNPARSEABLE);
  }

  @Test
  void aLoopOfDigitsIsNoNumber() {
    assertThat(Numbers.parse("9".repeat(1_000_000))).isEmpty();
  }

  @Test
  void freeTextsGiveTheirBestMarkedAnswer() {
    assertThat(Answers.free("first 3, then 4")).isEqualTo("4");
    assertThat(Answers.free("so 7\n#### 1,200")).isEqualTo("1,200");
    assertThat(Answers.free("it is \\boxed{\\frac{1}{2}} or 9")).isEqualTo("\\frac{1}{2}");
    assertThat(Answers.free("<think>8</think><answer> 12 </answer> 9")).isEqualTo("12");
    assertThat(Answers.free("<think>8</think> so 12")).isEqualTo("12");
    assertThat(Answers.free("no idea")).isEmpty();
  }

  @Test
  void theLastTaggedAnswerWins() {
    assertThat(Answers.tagged("<answer>1</answer><answer>2</answer>")).isEqualTo("2");
    assertThat(Answers.tagged("<answer>1")).isEmpty();
    assertThat(Answers.boxed("\\boxed{1} and \\boxed{{2}")).isEmpty();
  }
}
