package dev.tesuji.play.go;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The rules, by small positions that a reader can check.
class GoRulesTest {
  @Test
  void aPointIsNamedFromTheBottomLeftWithoutI() {
    Go go = Go.of(9, 7.5);
    assertThat(go.actionName(0)).isEqualTo("A9");
    assertThat(go.actionName(80)).isEqualTo("J1");
    assertThat(go.action("j1")).isEqualTo(80);
    assertThat(go.action("K1")).isEqualTo(-1);
    assertThat(go.action("I5")).isEqualTo(-1);
    assertThat(go.action("PASS")).isEqualTo(go.pass());
  }
}
