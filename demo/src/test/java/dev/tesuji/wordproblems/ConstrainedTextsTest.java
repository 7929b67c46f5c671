package dev.tesuji.wordproblems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.env.Problem;
import org.junit.jupiter.api.Test;

class ConstrainedTextsTest {
  private static final ConstrainedTexts TASK = ConstrainedTexts.DEFAULT;
  private static final Problem NO_COMMA =
      new Problem(0, "Tell me.", "[{\"id\":\"punctuation:no_comma\",\"settings\":{}}]", "by hand");

  @Test
  void everyProblemCanBeAnswered() {
    for (int i = 0; i < 100; i++) {
      Problem problem = TASK.problem(i);
      String gold = TASK.goldResponse(problem);
      assertThat(TASK.grade(problem, gold).isCorrect()).as(problem.text() + "\n" + gold).isTrue();
    }
  }

  @Test
  void aTextThatSaysNothingIsWrong() {
    assertThat(TASK.grade(NO_COMMA, "the sea is wide and blue").isCorrect()).isTrue();
    assertThat(TASK.grade(NO_COMMA, "the sea, so wide and blue").isCorrect()).isFalse();
    assertThat(TASK.grade(NO_COMMA, "sea sea sea sea sea sea").isCorrect()).isFalse();
    assertThat(TASK.grade(NO_COMMA, "the sea is wide and so the sea is wide and").isCorrect())
        .isFalse();
    assertThat(TASK.grade(NO_COMMA, "you said Tell me. and so I do").isCorrect()).isFalse();
  }
}
