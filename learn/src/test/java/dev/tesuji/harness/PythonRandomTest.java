package dev.tesuji.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Numbers that CPython 3.11 gives.
class PythonRandomTest {
  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void bitsArePythons() {
    assertThat(new PythonRandom(1234).bits(32)).isEqualTo(4150886329L);
  }

  @Test
  void samplesArePythonsOneAfterAnother() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(random.sample(range(100), 5)).containsExactly(99, 56, 14, 0, 11);
    assertThat(random.sample(range(100), 5)).containsExactly(74, 4, 85, 88, 10);
    assertThat(random.sample(range(100), 5)).containsExactly(12, 98, 45, 30, 2);
    assertThat(random.sample(range(15), 5)).as("of few").containsExactly(0, 12, 14, 5, 10);
  }

  @Test
  void samplesOfManyAndOfMoreThanFiveArePythons() {
    assertThat(new PythonRandom(7).sample(range(200_000), 3)).containsExactly(84890, 39544, 103500);
    assertThat(new PythonRandom(0).sample(range(40), 7)).containsExactly(24, 26, 2, 16, 32, 31, 25);
  }
}
