package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The clients that programs in JavaScript use: OpenAI's own, and the AI SDK.
///
/// They run where `node` is there and the packages are: in the folder that the system property
/// `tesuji.node.clients` names, or installed by `npm` under `target`, if its registry answers
/// within seconds. Elsewhere they are skipped, and say so.
@Timeout(180)
class NodeClientsTest {
  private static final Path TARGET = Path.of("target", "node-clients");
  private static final long INSTALLING_SECONDS = 40;
  private static final long RUNNING_SECONDS = 90;

  @ParameterizedTest
  @CsvSource({"openai.mjs,83", "ai-sdk.mjs,73"})
  void eachCasePasses(String script, int cases) throws Exception {
    Path directory = directory();
    requireOrSkip(runs(List.of("node", "--version")), "node is not installed");
    requireOrSkip(installed(directory), "the clients are not installed and npm cannot get them");
    copy(script, directory);
    copy("table.mjs", directory);
    try (ClientsServer server = ClientsServer.open()) {
      Result result = run(directory, List.of("node", script, server.url()), RUNNING_SECONDS);
      List<String> passed = result.output().lines().filter(l -> l.startsWith("passed ")).toList();
      ControlTally.say(script.replace(".mjs", " (npm)"), passed.size(), cases);
      assertThat(result.status()).as(result.output()).isZero();
      assertThat(passed).hasSize(cases);
    }
  }

  private static Path directory() throws IOException {
    String given = System.getProperty("tesuji.node.clients");
    return Files.createDirectories(given == null ? TARGET : Path.of(given)).toAbsolutePath();
  }

  private static void requireOrSkip(boolean there, String otherwise) {
    if (!there) {
      System.err.println("SKIPPED: the clients for Node are not tested, since " + otherwise);
    }
    assumeTrue(there, otherwise);
  }

  private static boolean installed(Path directory) throws IOException, InterruptedException {
    Path marker = directory.resolve("node_modules").resolve("@ai-sdk").resolve("openai-compatible");
    if (!Files.isDirectory(marker)) {
      copy("package.json", directory);
      List<String> npm =
          List.of(
              "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error");
      return runs(List.of("npm", "--version"))
          && run(directory, npm, INSTALLING_SECONDS).status() == 0
          && Files.isDirectory(marker);
    }
    return true;
  }

  private static void copy(String name, Path directory) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NodeClientsTest.class.getResourceAsStream("/clients/" + name))) {
      Files.copy(in, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean runs(List<String> command) throws InterruptedException {
    try {
      return run(Path.of("").toAbsolutePath(), command, RUNNING_SECONDS).status() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  /// What a program wrote, and how it ended; -1 where it took too long.
  private record Result(int status, String output) {}

  private static Result run(Path directory, List<String> command, long seconds)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("node-clients", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Result(ended ? process.exitValue() : -1, text);
  }
}
