package dev.tesuji.cli;

import dev.tesuji.compare.Launcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a run as another process of this program, with the settings of this one.
final class RunProcess implements Launcher {
  @Override
  public Process start(Order order) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (order.threads() > 0) {
      words.add("-XX:ActiveProcessorCount=" + order.threads());
    }
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of("run", order.recipe().toString(), "--out", order.out().toString()));
    if (order.resume()) {
      words.add("--resume");
    }
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(order.log().toFile());
    if (order.threads() > 0) {
      builder.environment().put("OMP_NUM_THREADS", Integer.toString(order.threads()));
    }
    return builder.start();
  }
}
