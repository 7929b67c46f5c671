package dev.tesuji.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.Json;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Comparisons whose runs are scripts of the shell.
class ComparisonRunnerTest {
  @TempDir private Path folder = Path.of("");

  private final List<String> started = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private static final String COMPARISON =
      """
      name: two
      model: some/model
      task: chainSums
      seeds: [1, 2]
      stages: [{rl: {steps: 2}}]
      variants: {a: {}, b: {rl: {groupSize: 2}}}
      """;

  /// What a run does that ends well.
  private static String ends(Launcher.Order o) {
    return "mkdir -p "
        + o.out()
        + "; cp "
        + o.recipe()
        + " "
        + o.out()
        + "/recipe.yaml; echo '{\"before\": {\"accuracy\": 0.5}}' > "
        + o.out()
        + "/state.json; echo '{\"after\": {\"accuracy\": 0.75}}' > "
        + o.out()
        + "/report.json";
  }

  private boolean run(boolean resume, StopSignal stop, Function<Launcher.Order, String> script)
      throws IOException {
    Path file = Files.writeString(folder.resolve("two.yaml"), COMPARISON);
    Launcher launcher =
        order -> {
          started.add(order.out().getFileName() + (order.resume() ? " resumed" : ""));
          return new ProcessBuilder("sh", "-c", script.apply(order))
              .redirectErrorStream(true)
              .redirectOutput(order.log().toFile())
              .start();
        };
    return new ComparisonRunner(
            Comparison.read(file, List.of()),
            folder.resolve("out"),
            resume,
            launcher,
            new PrintStream(console, true, StandardCharsets.UTF_8))
        .run(stop);
  }

  private boolean run(boolean resume, Function<Launcher.Order, String> script) throws IOException {
    try (StopSignal stop = new StopSignal()) {
      return run(resume, stop, script);
    }
  }

  @Test
  void everyVariantGetsItsFirstSeedBeforeAnyGetsItsSecond() throws IOException {
    assertThat(run(false, ComparisonRunnerTest::ends)).isTrue();
    assertThat(started).containsExactly("a-1", "b-1", "a-2", "b-2");
    JsonNode json = Json.readObject(folder.resolve("out/compare.json"));
    assertThat(json.path("variants").size()).isEqualTo(2);
    assertThat(json.path("variants").get(1).path("accuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.path("variants").get(1).path("finished").asInt()).isEqualTo(2);
    assertThat(folder.resolve("out/compare.html"))
        .content()
        .contains("<!doctype html>")
        .contains("\"worst_accuracy\":0.75")
        .doesNotContain("src=\"http");
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("[1/4] a-1: accuracy 0.500 -> 0.750");
  }

  @Test
  void aRunThatHaltsIsAResultAndTheOthersGoOn() throws IOException {
    boolean all =
        run(
            false,
            o ->
                o.out().endsWith("b-1")
                    ? "mkdir -p "
                        + o.out()
                        + "; cp "
                        + o.recipe()
                        + " "
                        + o.out()
                        + "/recipe.yaml; echo 'tesuji: Stage halted: it collapsed'; exit 1"
                    : ends(o));
    assertThat(all).isFalse();
    assertThat(started).hasSize(4);
    JsonNode b = Json.readObject(folder.resolve("out/compare.json")).path("variants").get(1);
    assertThat(b.path("finished").asInt()).isEqualTo(1);
    assertThat(b.path("runs").get(0).path("halted").asString())
        .isEqualTo("Stage halted: it collapsed");
    started.clear();
    assertThat(run(true, ComparisonRunnerTest::ends)).isTrue();
    assertThat(started).containsExactly("b-1 resumed");
  }

  @Test
  void wrongInputOfOneRunEndsTheComparison() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(false, _ -> "echo 'tesuji: DIR: no such model'; exit 2"))
        .withMessage("run a-1: DIR: no such model");
    assertThat(started).containsExactly("a-1");
  }

  @Test
  void aRunOfAnotherRecipeIsNotCounted() throws IOException {
    run(false, ComparisonRunnerTest::ends);
    Path other = folder.resolve("out/runs/b-2");
    Files.writeString(other.resolve("recipe.yaml"), "name: other");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(true, ComparisonRunnerTest::ends))
        .withMessage(
            other
                + ": holds a run of another recipe than the comparison asks for; delete the folder"
                + " to run it anew, or give another --out");
  }

  @Test
  void aStopReachesTheRunsAndAResumeGoesOn() throws IOException {
    try (StopSignal stop = new StopSignal()) {
      assertThatExceptionOfType(Stopped.class)
          .isThrownBy(() ->
              run(
                  false,
                  stop,
                  o -> {
                    if (o.out().endsWith("b-1")) {
                      stop.request();
                      return "trap 'exit 130' TERM; mkdir -p "
                          + o.out()
                          + "; cp "
                          + o.recipe()
                          + " "
                          + o.out()
                          + "/recipe.yaml; sleep 60 & wait";
                    }
                    return ends(o);
                  }))
          .withMessageStartingWith("Stopped with ");
    }
    assertThat(run(true, ComparisonRunnerTest::ends)).isTrue();
    assertThat(folder.resolve("out/runs/b-2/report.json")).exists();
  }
}
