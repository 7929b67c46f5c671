package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// When two outputs are the same.
class ComparisonTest {
  @Test
  void blanksAtEndsDoNotCount() {
    assertThat(Comparison.LINES.same("1 2 \n3\n\n", "1 2\n3")).isTrue();
    assertThat(Comparison.LINES.same("1\r\n2", "1\n2\n")).isTrue();
    assertThat(Comparison.LINES.same("1  2", "1 2")).isFalse();
    assertThat(Comparison.LINES.same("1\n\n2", "1\n2")).isFalse();
    assertThat(Comparison.LINES.same("", "1")).isFalse();
  }

  @Test
  void numbersAreComparedByValueWhereThatIsAsked() {
    assertThat(Comparison.NUMBERS.same("1.0 x", "1 x")).isTrue();
    assertThat(Comparison.NUMBERS.same("1.00000001", "1")).isFalse();
    assertThat(Comparison.NUMBERS.same("1e999999999", "1")).isFalse();
    assertThat(Comparison.LINES.same("1.0", "1")).isFalse();
  }
}
