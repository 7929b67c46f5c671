package dev.tesuji.cluster;

import java.util.List;

/// The options of an executor's JVM.
final class ExecutorOptions {
  private static final List<String> KERNELS = List.of("Vectors", "CachedLoops", "LayerLoops");

  private ExecutorOptions() {}

  /// Returns the options that `.mvn/java-options` has for every JVM that computes, and how many
  /// cores it may take: a standalone worker does not keep executors apart.
  static String of(int cores) {
    StringBuilder all = new StringBuilder("-XX:ActiveProcessorCount=" + cores);
    all.append(" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
    all.append(" --add-modules=jdk.incubator.vector -XX:+UseSerialGC -XX:CompileCommand=quiet");
    for (String kernel : KERNELS) {
      all.append(" -XX:CompileCommand=dontinline,dev.tesuji.kernel.").append(kernel).append("::*");
    }
    return all.toString();
  }
}
