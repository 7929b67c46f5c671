package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
  private static final int ALL = 80 << 20; // float32: 320 MiB

  @ParameterizedTest
  @ValueSource(ints = {40, 640}) // of 8 MiB each, and of 0.5
  void freedMemoryStaysUntilItIsGivenBack(int count) {
    Assumptions.assumeTrue(
        Memory.resident() > 0 && CLibrary.counts(), "SKIPPED: not Linux, or another C library");
    takeAndFree(count);
    long kept = Memory.resident();
    takeAndFree(count);
    assertThat(Memory.resident()).isLessThan(kept + (20 << 20));
    Memory.giveBack();
    assertThat(Memory.resident()).isLessThan(kept - (200L << 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 640})
  void whatIsHandedOutIsCounted(int count) {
    Assumptions.assumeTrue(CLibrary.counts(), "SKIPPED: another C library");
    long before = Memory.handedOut();
    long all = 4L * ALL;
    try (Scope _ = Scope.open()) {
      take(count);
      assertThat(Memory.handedOut() - before).isCloseTo(all, within(all / 10)); // the JVM's beside
    }
    assertThat(Memory.handedOut() - before).isCloseTo(0, within(all / 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 1 << 20})
  void aViewKeepsItsMemory(int size) {
    try (Scope _ = Scope.open()) {
      Tensor view;
      try (Scope inner = Scope.open()) {
        view = inner.keep(Tensor.zeros(Dtype.FLOAT32, size).fill_(3).narrow(0, 2, 4));
      }
      Tensor _ = Tensor.zeros(Dtype.FLOAT32, size).fill_(5);
      assertThat(view.toFloats()).containsExactly(3, 3, 3, 3);
    }
  }

  private static void takeAndFree(int count) {
    try (Scope _ = Scope.open()) {
      assertThat(take(count).getLast().toFloats()[7]).isEqualTo(count);
    }
  }

  private static List<Tensor> take(int count) {
    List<Tensor> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(Tensor.zeros(Dtype.FLOAT32, ALL / count).fill_(i + 1));
    }
    return blocks;
  }
}
