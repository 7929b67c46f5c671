package dev.tesuji.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Holds angles to numbers worked out by hand.
@ExtendWith(LeakCheck.class)
class RotaryTest {
  @Test
  void aLongSequenceIsTurnedByItsOwnListFromItsFirstTokenOn() {
    RopeScaling lists = new RopeScaling.LongRope(List.of(1.0, 2.0), List.of(4.0, 5.0), 3, 1.5);
    Rotary rotary = new Rotary(new RopeConfig(100, lists, false, 1), 4);
    assertThat(rotary.reach()).isEqualTo(3);
    try (Scope _ = Scope.open()) {
      // The pairs turn by 1 and 100^(-1/2) = 0.1 a position, divided by their factors.
      float[] angles = rotary.table(new int[] {2, 2}, new int[] {3, 4}).toFloats();
      assertThat(angles)
          .containsExactly(
              new float[] {
                turned(Math.cos(2)),
                turned(Math.cos(0.1)),
                turned(Math.sin(2)),
                turned(Math.sin(0.1)),
                turned(Math.cos(0.5)),
                turned(Math.cos(0.04)),
                turned(Math.sin(0.5)),
                turned(Math.sin(0.04))
              },
              within(1e-6f));
    }
  }

  private static float turned(double value) {
    return (float) (1.5 * value);
  }

  @Test
  void noOtherStretchingDependsOnTheLength() {
    Rotary rotary = new Rotary(new RopeConfig(10_000, new RopeScaling.None(), false, 1), 4);
    assertThat(rotary.reach()).isEqualTo(Integer.MAX_VALUE);
    try (Scope _ = Scope.open()) {
      assertThat(rotary.table(new int[] {5}, new int[] {1000}).toFloats())
          .isEqualTo(rotary.table(new int[] {5}).toFloats());
    }
  }
}
