package dev.tesuji.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Starts commands in processes of their own, which can be killed.
final class Child {
  private Child() {}

  /// The end of a command.
  ///
  /// @param status its exit status
  /// @param out its standard output
  /// @param err its standard error, without the JVM's own warnings
  record Said(int status, String out, String err) {}

  /// Starts `./tesuji` with some arguments.
  ///
  /// @param log takes what it says
  static Process start(Path log, List<String> arguments) throws IOException {
    return start(log, Map.of(), arguments);
  }

  /// Starts `./tesuji` with some arguments in an environment with more variables.
  ///
  /// @param log takes what it says
  static Process start(Path log, Map<String, String> environment, List<String> arguments)
      throws IOException {
    return builder(environment, arguments)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /// Runs `./tesuji` to its end.
  ///
  /// @param folder takes what it says
  static Said run(Path folder, Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    int status =
        builder(environment, arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    String warning = "WARNING: Using incubator modules: jdk.incubator.vector\n";
    return new Said(status, Files.readString(out), Files.readString(err).replace(warning, ""));
  }

  private static ProcessBuilder builder(Map<String, String> environment, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tesuji.cli.Main"));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    return builder;
  }
}
