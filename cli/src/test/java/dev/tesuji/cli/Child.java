package dev.tesuji.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts commands in processes of their own, which can be killed.
final class Child {
  private Child() {}

  /// Starts `./tesuji` with some arguments.
  ///
  /// @param log takes what it says
  static Process start(Path log, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tesuji.cli.Main"));
    words.addAll(arguments);
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }
}
