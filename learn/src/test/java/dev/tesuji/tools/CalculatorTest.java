package dev.tesuji.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// What the calculator works out, and what it refuses.
class CalculatorTest {
  @Test
  void productsGoBeforeSumsAndBracketsBeforeBoth() throws ToolFault {
    assertThat(Calculator.value("37*48+91")).isEqualTo("1867");
    assertThat(Calculator.value("91+37*48")).isEqualTo("1867");
    assertThat(Calculator.value("2*(3+4)-1")).isEqualTo("13");
    assertThat(Calculator.value("-3 - -4")).isEqualTo("1");
    assertThat(Calculator.value("8-3-2")).isEqualTo("3");
    assertThat(Calculator.value("1/4")).isEqualTo("0.25");
    assertThat(Calculator.value("1000*0")).isEqualTo("0");
  }

  @Test
  void whatIsNoExpressionIsRefusedInASentence() {
    assertThatThrownBy(() -> Calculator.value("1/0")).hasMessage("division by zero");
    assertThatThrownBy(() -> Calculator.value("1+")).hasMessageContaining("number at character 3");
    assertThatThrownBy(() -> Calculator.value("(1")).hasMessage("a bracket is not closed");
    assertThatThrownBy(() -> Calculator.value("1)")).hasMessageContaining("end at character 2");
    assertThatThrownBy(() -> Calculator.value("(".repeat(90))).hasMessageContaining("too deeply");
  }
}
