package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int BLOCKS = 40;
  private static final int BLOCK = 2 << 20; // float32: 8 MiB, which glibc keeps when it is freed

  @Test
  void freedMemoryGoesBackWhereThatIsWorthItsTime() {
    Assumptions.assumeTrue(
        Memory.resident() > 0 && CLibrary.freed() > 0, "SKIPPED: not Linux, or another C library");
    takeAndFree();
    long kept = Memory.resident();
    Memory.giveBack(0.001); // after so little work it would cost more than it is worth
    assertThat(Memory.resident()).isGreaterThan(kept - (20 << 20));
    Memory.giveBack(60);
    assertThat(Memory.resident()).isLessThan(kept - (200L << 20));
  }

  private static void takeAndFree() {
    try (Scope _ = Scope.open()) {
      List<Tensor> blocks = new ArrayList<>();
      for (int i = 0; i < BLOCKS; i++) {
        blocks.add(Tensor.zeros(Dtype.FLOAT32, BLOCK).fill_(i + 1));
      }
      assertThat(blocks.getLast().toFloats()[7]).isEqualTo(BLOCKS);
    }
  }
}
