package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ExtractionTest {
  @Test
  void tagsComeBeforeBoxesAndBoxesBeforeWords() {
    assertThat(Extraction.answer("\\boxed{1} <answer> \\boxed{2} </answer>")).isEqualTo("2");
    assertThat(Extraction.answer("the answer is 1, \\boxed{2}, as I said")).isEqualTo("2");
    assertThat(Extraction.answer("3 and 4\n#### 7")).isEqualTo("7");
    assertThat(Extraction.answer("The answer is $\\frac{1}{2}$. I am sure of 9."))
        .isEqualTo("$\\frac{1}{2}$");
    assertThat(Extraction.answer("There are 12 apples and so 24 halves")).isEqualTo("24");
    assertThat(Extraction.answer("we see that $x=3$ holds")).isEqualTo("$x=3$");
  }

  @Test
  void theLastBoxWinsWithThoseJoinedToIt() {
    assertThat(Extraction.answer("\\boxed{4}. Wait, no: \\boxed{5}")).isEqualTo("5");
    assertThat(Extraction.answer("\\boxed{4} and \\boxed{5}")).isEqualTo("4, 5");
    assertThat(Extraction.answer("\\boxed{4}\n\\boxed{5}")).isEqualTo("5");
    assertThat(Extraction.answer("\\boxed{\\frac{1}{\\boxed{2}}}"))
        .isEqualTo("\\frac{1}{\\boxed{2}}");
    assertThat(Extraction.answer("\\boxed{7} was a step. The final answer is 8.")).isEqualTo("8");
  }

  @Test
  void thinkingDoesNotCount() {
    assertThat(Extraction.answer("<think>\\boxed{1}</think> \\boxed{2}")).isEqualTo("2");
    assertThat(Extraction.answer("<think>\\boxed{1}</think>")).isEmpty();
    assertThat(Extraction.answer("<think>I am thinking of \\boxed{1}")).isEmpty();
  }

  @Test
  void whatIsNotFinishedIsNoAnswer() {
    assertThat(Extraction.answer("<answer>5")).isEmpty();
    assertThat(Extraction.answer("\\boxed{}")).isEmpty();
    assertThat(Extraction.answer("")).isEmpty();
    assertThat(Extraction.answer("I do not know.")).isEmpty();
  }

  @Test
  void longResponsesTakeNoLongerThanTheyAreLong() {
    String[] hostile = {
      "\\boxed{".repeat(100_000),
      "$".repeat(500_000),
      "answer is ".repeat(50_000),
      "1,".repeat(300_000),
      "\\boxed{1},".repeat(50_000),
      "{".repeat(500_000),
      "\\(".repeat(100_000),
      "a ".repeat(300_000),
      "$a".repeat(200_001),
      "\\boxed{1}" + " ".repeat(200_000) + "x \\boxed{2}"
    };
    for (String text : hostile) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> Extraction.answer(text), text.substring(0, 10));
    }
  }
}
