package dev.tesuji.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// The kind of this machine's processor, by which ratios of speed differ.
///
/// @param processor the name that it gives itself
/// @param kind the widest instructions that matrix products can use
record Instructions(String processor, String kind) {
  /// Returns those of this machine.
  static Instructions here() {
    String arch = System.getProperty("os.arch", "unknown");
    try {
      return of(Files.readString(Path.of("/proc/cpuinfo")), arch);
    } catch (IOException e) {
      return new Instructions(arch, arch);
    }
  }

  /// Reads what Linux says of processors.
  ///
  /// @param arch of the machine, for processors that say nothing known
  static Instructions of(String cpuInfo, String arch) {
    Set<String> flags = new HashSet<>(Arrays.asList(value(cpuInfo, "flags").split(" ")));
    String name = value(cpuInfo, "model name");
    return new Instructions(name.isEmpty() ? arch : name, kind(flags, arch));
  }

  private static String kind(Set<String> flags, String arch) {
    if (flags.contains("amx_bf16")) {
      return "AMX";
    }
    if (flags.contains("avx512_bf16")) {
      return "AVX-512 bf16";
    }
    if (flags.contains("avx512f")) {
      return "AVX-512";
    }
    return flags.contains("avx2") ? "AVX2" : arch;
  }

  private static String value(String cpuInfo, String field) {
    return cpuInfo
        .lines()
        .filter(line -> line.startsWith(field) && line.contains(":"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }

  @Override
  public String toString() {
    return processor + " (" + kind + ")";
  }
}
