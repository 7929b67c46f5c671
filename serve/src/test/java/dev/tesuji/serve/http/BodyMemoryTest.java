package dev.tesuji.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Holds that large bodies leave room for small ones, and that all is given back.
class BodyMemoryTest {
  private static final int SMALL = BodyMemory.SMALL;

  @Test
  void largeBodiesTakeNothingFromSmallOnes() {
    BodyMemory memory = new BodyMemory(3L * SMALL, 4L * SMALL);
    assertThat(memory.take(0, 5 * SMALL)).isTrue(); // one beginning, and all of the rest
    assertThat(memory.take(0, SMALL + 1)).isFalse(); // its beginning fits, its rest does not
    assertThat(memory.take(0, SMALL / 2)).isTrue();
    assertThat(memory.take(SMALL / 2, SMALL / 2)).isTrue(); // the same body goes on
    assertThat(memory.take(0, 1)).isFalse(); // no room for a fourth
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    BodyMemory memory = new BodyMemory(SMALL, SMALL);
    for (int i = 0; i < 3; i++) {
      assertThat(memory.take(0, 10)).isTrue();
      assertThat(memory.take(10, 2 * SMALL - 10)).isTrue();
      assertThat(memory.take(2L * SMALL, 1)).isFalse();
      memory.release(2L * SMALL + 1);
    }
  }
}
