package dev.tesuji.rejection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DecontaminationTest {
  private static final String EVALUATION = "Ann has three red apples, and eats one of them.";

  private static Decontamination of(int n) {
    return new Decontamination(n, List.of(EVALUATION, "9+8-6=?"));
  }

  @Test
  void nWordsInARowOfAnEvaluationProblemAreFound() {
    // ann has three red apples and eats one of them: 10 words
    assertThat(of(5).touches("He said: THREE red apples and eats, no more")).isTrue();
    assertThat(of(6).touches("He said: THREE red apples and eats, no more")).isFalse();
    assertThat(of(5).touches("three red apples, he eats one of them")).isFalse();
    assertThat(of(5).touchesProblem("Bob has three red apples, and eats two.")).isTrue();
  }

  @Test
  void ofAShortProblemOnlyTheWholeIsFound() {
    assertThat(of(13).touchesProblem(" 9+8-6=?\n")).isTrue();
    assertThat(of(13).touchesProblem("9+8+6=?")).isFalse();
    assertThat(of(13).touches("9+8-6=?")).isFalse();
    assertThat(of(13).touchesProblem("ann has THREE red apples,  and eats one of them.")).isTrue();
  }

  @Test
  void zeroLooksForNothing() {
    assertThat(of(0).touchesProblem(EVALUATION)).isFalse();
    assertThat(of(0).touches(EVALUATION)).isFalse();
  }
}
