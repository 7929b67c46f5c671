package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that play Go, from outside.
class GoCommandsTest {
  @Test
  void whoPlaysMustBeSaid() {
    for (String command : List.of("gtp", "go")) {
      Cli none = Cli.run(command);
      assertThat(none.status()).isEqualTo(2);
      assertThat(none.err())
          .isEqualTo("tesuji: one of the options --model and --player must be given\n");
      assertThat(Cli.run(command, "--player", "lee").err())
          .isEqualTo("tesuji: option --player must be 'random', got 'lee'\n");
      assertThat(Cli.run(command, "--player", "random", "--visits", "0").err())
          .isEqualTo("tesuji: option --visits must be at least 1, got 0\n");
      assertThat(Cli.run(command, "--player", "random", "--seconds", "-1").err())
          .isEqualTo("tesuji: option --seconds must be above 0 and below 10^6, got -1.0\n");
    }
    assertThat(Cli.run("go", "--player", "random", "--port", "70000").err())
        .isEqualTo("tesuji: option --port must be from 0 to 65535, got 70000\n");
  }

  @Test
  void aTalkGoesOverThePipesAndNothingElseDoes(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in");
    Files.writeString(in, "boardsize 5\n2 genmove b\nlz-analyze w 1\n\nfinal_score\nquit\n");
    String first = talk(in, "1");
    assertThat(first).matches("(?s)=\n\n=2 [A-E][1-5]\n\n=\ninfo move .*\n\n= B\\+17.5\n\n=\n\n");
    assertThat(talk(in, "1")).isEqualTo(first);
  }

  @Test
  void aPipeThatIsClosedEndsTheProcess(@TempDir Path folder) throws Exception {
    Process process = process("1").redirectError(folder.resolve("err").toFile()).start();
    process.getInputStream().close();
    OutputStream to = process.getOutputStream();
    to.write("boardsize 5\nshowboard\nlz-analyze b 1\n".getBytes(StandardCharsets.US_ASCII));
    to.flush();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(folder.resolve("err"))).doesNotContain("Exception");
  }

  @Test
  void theNetworkThatComesWithTesujiPlaysWhereNoneIsNamed(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in");
    Files.writeString(in, "boardsize 7\nkomi 9\ngenmove b\nboardsize 5\ngenmove b\nquit\n");
    ProcessBuilder process =
        process(List.of("-Dtesuji.home=" + Fixtures.checkout()), "--visits", "16");
    String said = talk(in, process);
    assertThat(said).matches("(?s)=\n\n=\n\n= [B-F][2-6]\n\n.*");
    assertThat(said).contains("knows no other board");
  }

  private static String talk(Path in, String seed) throws Exception {
    return talk(in, process(seed));
  }

  private static String talk(Path in, ProcessBuilder builder) throws Exception {
    Process process =
        builder.redirectInput(in.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      return said;
    }
  }

  private static ProcessBuilder process(String seed) {
    return process(List.of(), "--player", "random", "--seed", seed);
  }

  private static ProcessBuilder process(List<String> options, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    words.addAll(options);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tesuji.cli.Main"));
    words.add("gtp");
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words);
  }
}
