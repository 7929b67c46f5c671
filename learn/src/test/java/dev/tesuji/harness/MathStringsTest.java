package dev.tesuji.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MathStringsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.5 | \\frac12",
        "1/2 | \\frac{1}{2}",
        ".5 | \\frac{1}{2}",
        "x = 5 | 5",
        "\\dfrac{3}{4} | \\tfrac34",
        "\\sqrt3 | \\sqrt{3}",
        "\\left( 1, 2 \\right) | (1,2)",
        "12\\text{ cm} | 12",
        "30^\\circ | 30",
        "50\\% | 50",
        "\\frac1{72} | \\frac{1}{72}"
      })
  void spellingsOfOneAnswerAreTheSame(String one, String two) {
    assertThat(MathStrings.same(one, two)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.25 | \\frac{1}{4}", // spelling, not mathematics
        "5 | 6",
        "1,000 | 1000",
        "a/b | \\frac{a}{b}",
        "01/2 | \\frac{1}{2}"
      })
  void otherSpellingsAreNot(String one, String two) {
    assertThat(MathStrings.same(one, two)).isFalse();
  }

  @Test
  void theAnswerIsBetweenTheFirstDollarSignAndTheLast() {
    assertThat(MathStrings.answer("so $x=2$ and $3$ it is")).isEqualTo("x=2$ and $3");
    assertThat(MathStrings.answer("it costs $5")).isEqualTo("it costs $5");
  }

  @Test
  void theLastBoxIsFoundWithItsBraces() {
    assertThat(MathStrings.boxed("\\boxed{1} or \\boxed{\\frac{1}{2}}.")).isEqualTo("\\frac{1}{2}");
    assertThat(MathStrings.boxed("it is $\\boxed 7$.")).isEqualTo("7");
    assertThat(MathStrings.boxed("none")).isEmpty();
  }
}
