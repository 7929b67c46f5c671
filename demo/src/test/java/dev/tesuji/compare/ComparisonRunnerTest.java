package dev.tesuji.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Recipes;
import dev.tesuji.json.Json;
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
import tools.jackson.databind.node.ObjectNode;

/// Comparisons whose runs are scripts of the shell.
class ComparisonRunnerTest {
  @TempDir private Path folder = Path.of("");

  private final List<String> started = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private String comparison =
      """
      name: two
      model: some/model
      task: chainSums
      seeds: [1, 2]
      stages: [{rl: {steps: 2}}]
      variants: {a: {}, b: {rl: {groupSize: 2}}}
      """;

  /// What every run does first.
  private static String begins(Launcher.Order o) {
    return "mkdir -p " + o.out() + "; cp " + o.recipe() + " " + o.out() + "/recipe.yaml";
  }

  /// What a run does that ends well.
  private static String ends(Launcher.Order o) {
    return begins(o)
        + "; echo '{\"before\": {\"accuracy\": 0.5}}' > "
        + o.out()
        + "/state.json; echo '{\"after\": {\"accuracy\": 0.75}}' > "
        + o.out()
        + "/report.json";
  }

  private boolean run(boolean resume, StopSignal stop, Function<Launcher.Order, String> script)
      throws IOException {
    Path file = Files.writeString(folder.resolve("two.yaml"), comparison);
    Launcher launcher =
        order -> {
          started.add(order.out().getFileName() + (order.resume() ? " resumed" : ""));
          return new ProcessBuilder("sh", "-c", script.apply(order))
              .redirectErrorStream(true)
              .redirectOutput(order.log().toFile())
              .start();
        };
    return new ComparisonRunner(
            Recipes.comparison(file, List.of()),
            folder.resolve("out"),
            resume,
            new ComparisonRunner.Surroundings(
                launcher, List.of(), new PrintStream(console, true, StandardCharsets.UTF_8)))
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
    assertThat(console()).contains("[1/4] a-1: accuracy 0.500 -> 0.750");
  }

  @Test
  void aRunThatDiesIsNamedTheOthersGoOnAndAResumeTriesItAgain() throws IOException {
    boolean all =
        run(
            false,
            o ->
                o.out().endsWith("b-1")
                    ? begins(o) + "; echo 'tesuji: Stage halted: it collapsed'; exit 1"
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

  private String console() {
    return console.toString(StandardCharsets.UTF_8);
  }

  /// What a run does whose guardian halts it.
  private static String halts(Launcher.Order o) {
    return begins(o)
        + "; echo '{\"stage\": \"rl\", \"step\": 9, \"why\": \"it collapsed\"}' > "
        + o.out()
        + "/halted.json; exit 1";
  }

  @Test
  void aRunThatItsGuardianHaltedIsNotStartedAgainUnlessItsFolderIsDeleted() throws IOException {
    assertThat(run(false, o -> o.out().endsWith("b-1") ? halts(o) : ends(o))).isFalse();
    JsonNode b = Json.readObject(folder.resolve("out/compare.json")).path("variants").get(1);
    assertThat(b.path("runs").get(0).path("halted").asString())
        .isEqualTo("Stage 'rl' halted after step 9: it collapsed");
    started.clear();
    console.reset();
    assertThat(run(true, ComparisonRunnerTest::ends)).as("all ended well").isFalse();
    assertThat(started).isEmpty();
    Path halted = folder.resolve("out/runs/b-1");
    assertThat(console())
        .contains("4 runs, 4 of them made before")
        .contains("b-1 was halted and is left out; to run it anew, delete " + halted);
    Files.delete(halted.resolve("halted.json"));
    Files.delete(halted.resolve("recipe.yaml"));
    Files.delete(halted);
    assertThat(run(true, ComparisonRunnerTest::ends)).isTrue();
    assertThat(started).containsExactly("b-1");
  }

  /// What a run does that evaluates two models; the later its seed, the better.
  private static String reports(Launcher.Order o) {
    String seed = o.out().toString().replaceAll(".*-", "");
    return ends(o)
        + "; touch "
        + o.out()
        + "/report.html; echo '"
        + """
        {"wall_seconds": 1S, "before": {"accuracy": 0.5}, "after": {"accuracy": 0.7S},
         "table": {"columns": [{"name": "accuracy", "title": "pass@1"}], "parts": [],
           "rows": [{"name": "base", "values": {"accuracy": 0.5}},
                    {"name": "rl", "from": "base", "values": {"accuracy": 0.7S}}]},
         "sharpening": [{"stage": "rl", "from": "base", "reasoning": false, "points":
           [{"k": 4, "before": {"pass": 0.5, "maj": 0.25}, "after": {"pass": 0.5, "maj": 0.4S}}]}],
         "stages": [{"name": "rl", "kind": "rl", "steps": 2, "cost": {"seconds": S, "tokens": 10}}]}
        """
            .replace("S", seed)
        + "' > "
        + o.out()
        + "/report.json";
  }

  private void repeat(String seeds) {
    comparison =
        """
        name: two
        model: some/model
        task: chainSums
        seeds: %s
        stages: [{rl: {steps: 2}}]
        """
            .formatted(seeds);
  }

  @Test
  void oneRecipeOverSeedsHasAReportOfItsModels() throws IOException {
    repeat("[1, 3, 5]");
    assertThat(run(false, ComparisonRunnerTest::reports)).isTrue();
    assertThat(started).containsExactly("two-1", "two-3", "two-5");
    ObjectNode json = Json.readObject(folder.resolve("out/report.json"));
    JsonNode rl = json.path("stages").path("rows").path(1).path("values");
    assertThat(rl.path("accuracy").asDouble()).isCloseTo(0.73, within(1e-12));
    // deviation 0.02, t of two degrees 4.302653
    assertThat(rl.path("accuracy_ci95").path(0).asDouble())
        .isCloseTo(0.73 - 4.302653 * 0.02 / Math.sqrt(3), within(1e-6));
    JsonNode difference = json.path("stages").path("differences").path(0);
    assertThat(difference.path("difference").asDouble()).isCloseTo(0.23, within(1e-12));
    assertThat(difference.path("significant").asBoolean()).isTrue();
    JsonNode solved = json.path("sharpening").path(0).path("points").path(0);
    assertThat(solved.path("after").path("maj").asDouble()).isCloseTo(0.43, within(1e-12));
    assertThat(json.path("cost").path(0).path("seconds").asDouble()).isEqualTo(3);
    assertThat(json.path("cost").path(0).path("tokens").asDouble()).isEqualTo(10);
    assertThat(json.path("run_seconds").asDouble()).isEqualTo(13);
    assertThat(json.path("runs").path(2).path("report").asString())
        .isEqualTo("runs/two-5/report.html");
    assertThat(json.path("runs").path(2).has("test_time")).isFalse();
    assertThat(folder.resolve("out/compare.json")).doesNotExist();
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("<!doctype html>", "What made a difference", "seeds:\\n  - 1")
        .doesNotContain("src=\"http", "/*INCLUDE");
    assertThat(console())
        .contains("Running two with seeds [1, 3, 5]: 3 runs, 0 of them made before")
        .containsPattern("means over 3 seeds +base +rl\\n")
        .containsPattern("pass@1 +0\\.500 +0\\.730\\n");
  }

  @Test
  void whatRunsOfOneRecipePrintIsShown() throws IOException {
    repeat("[1, 3]");
    run(
        false,
        o ->
            "echo 'half way: été'; printf 'no line yet'; sleep 0.3; echo ', but now'; "
                + reports(o));
    assertThat(console().lines().limit(4))
        .containsExactly(
            "Running two with seeds [1, 3]: 2 runs, 0 of them made before, 1 at a time",
            "half way: été",
            "no line yet, but now",
            "[1/2] two-1: accuracy 0.500 -> 0.710, in 0s");
  }

  @Test
  void aHaltedSeedIsNamedAndLeftOutOfTheTable() throws IOException {
    repeat("[1, 3, 5]");
    assertThat(run(false, o -> o.out().endsWith("two-3") ? halts(o) : reports(o))).isFalse();
    ObjectNode json = Json.readObject(folder.resolve("out/report.json"));
    assertThat(json.path("stages").path("seeds").asInt()).isEqualTo(2);
    assertThat(json.path("runs").path(1).path("ended").asBoolean()).isFalse();
    assertThat(json.path("runs").path(1).path("trouble").asString())
        .isEqualTo("Stage 'rl' halted after step 9: it collapsed");
    assertThat(console()).contains("seed 3: Stage 'rl' halted after step 9: it collapsed");
  }

  @Test
  void oneSeedHasItsOwnTableWithoutATest() throws IOException {
    repeat("[5]");
    assertThat(run(false, ComparisonRunnerTest::reports)).isTrue();
    JsonNode stages = Json.readObject(folder.resolve("out/report.json")).path("stages");
    assertThat(stages.path("rows").path(1).path("values").path("accuracy").asDouble())
        .isEqualTo(0.75);
    assertThat(stages.path("differences").size()).isZero();
    assertThat(console()).containsPattern("one seed +base +rl\\n");
  }

  @Test
  void aFolderWithASingleRunIsNotMixedWithSeveral() throws IOException {
    repeat("[5]");
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("recipe.yaml"), "name: two\nseed: 1\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(true, ComparisonRunnerTest::ends))
        .withMessage(
            out + ": holds a single run, not one with 'seeds' or 'variants'; give another --out");
    assertThat(started).isEmpty();
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
