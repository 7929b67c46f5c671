package dev.tesuji.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// A machine's processor, by what Linux tells of it.
///
/// @param name that it gives itself; the architecture where it has none
/// @param architecture as the JVM names it, such as `amd64`
/// @param instructions the names of its sets of instructions, such as `avx2` and `avx512_bf16`;
///   none where it does not tell them (not Linux, not x86)
public record Processor(String name, String architecture, Set<String> instructions) {
  private static final Processor HERE = read();

  /// Copies the set.
  public Processor {
    instructions = Set.copyOf(instructions);
  }

  /// Returns this machine's.
  public static Processor here() {
    return HERE;
  }

  private static Processor read() {
    String architecture = System.getProperty("os.arch", "unknown");
    try {
      return of(Files.readString(Path.of("/proc/cpuinfo")), architecture);
    } catch (IOException e) {
      return of("", architecture);
    }
  }

  /// Reads what Linux says of processors, `/proc/cpuinfo`.
  public static Processor of(String cpuInfo, String architecture) {
    String name = value(cpuInfo, "model name");
    String flags = value(cpuInfo, "flags");
    return new Processor(
        name.isEmpty() ? architecture : name,
        architecture,
        flags.isEmpty() ? Set.of() : Set.of(flags.split("\\s+")));
  }

  private static String value(String cpuInfo, String field) {
    return cpuInfo
        .lines()
        .filter(line -> line.startsWith(field) && line.contains(":"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }

  /// Returns the widest instructions that matrix products can use, by which ratios of speed differ:
  /// `AMX`, `AVX-512 bf16`, `AVX-512`, `AVX2`, or the architecture.
  public String kind() {
    if (instructions.contains("amx_bf16")) {
      return "AMX";
    }
    if (instructions.contains("avx512_bf16")) {
      return "AVX-512 bf16";
    }
    if (instructions.contains("avx512f")) {
      return "AVX-512";
    }
    return instructions.contains("avx2") ? "AVX2" : architecture;
  }

  /// Returns whether libtorch multiplies bfloat16 slower than float32: on an x86 processor without
  /// instructions for it.
  public boolean isSlowInBfloat16() {
    return instructions.contains("sse2") && !instructions.contains("avx512_bf16");
  }

  @Override
  public String toString() {
    return name + " (" + kind() + ")";
  }
}
