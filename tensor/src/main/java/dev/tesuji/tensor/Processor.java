package dev.tesuji.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// This machine's processor, by what Linux tells of it.
public final class Processor {
  private static final Set<String> INSTRUCTIONS = read();
  private static final boolean SLOW_IN_BFLOAT16 =
      INSTRUCTIONS.contains("sse2") && !INSTRUCTIONS.contains("avx512_bf16");

  private Processor() {}

  /// Returns the names of its sets of instructions, such as `avx2` and `avx512_bf16`; none where it
  /// does not tell them (not Linux, not x86).
  public static Set<String> instructions() {
    return INSTRUCTIONS;
  }

  /// Returns whether libtorch multiplies bfloat16 slower than float32 here: an x86 processor
  /// without instructions for it.
  public static boolean isSlowInBfloat16() {
    return SLOW_IN_BFLOAT16;
  }

  private static Set<String> read() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line ->
              Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }
}
