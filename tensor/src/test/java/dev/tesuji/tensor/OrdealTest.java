package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sees that an [Ordeal] notices what it is there to notice.
class OrdealTest {
  private static final int TOO_MUCH = 512 << 20;

  @TempDir private Path folder = Path.of("");

  @Test
  void memoryOutsideTheHeapBeyondTheFilesIsNoticed() {
    requireNoticed(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            arena.allocate(TOO_MUCH).fill((byte) 1);
          }
        },
        "bytes of memory outside the heap for files of 1000");
  }

  @Test
  void memoryOfTheHeapBeyondTheFilesIsNoticed() {
    byte[][] kept = new byte[1][];
    requireNoticed(() -> kept[0] = new byte[TOO_MUCH / 16], "bytes of heap for files of 1000");
  }

  @Test
  void whatIsNoSentenceIsNoticed() {
    requireNoticed(
        () -> {
          throw new IllegalStateException("a fault");
        },
        "IllegalStateException: a fault");
  }

  private void requireNoticed(Runnable action, String what) {
    assertThatThrownBy(
            () -> {
              try (Ordeal ordeal = new Ordeal(folder)) {
                ordeal.run(1, mutations -> new Ordeal.Trial(1000, action));
              }
            })
        .hasMessageContaining(what);
  }
}
