package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.tensor.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Stages that pose the problems of several tasks, by their difficulty.
@ExtendWith(LeakCheck.class)
class MixtureStageTest {
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
      task:
        mixture:
          tasks:
            - {name: short, weight: 2, task: {chainSums: {minTerms: 2, maxTerms: 2}}}
            - {name: long, task: {chainSums: {minTerms: 3, maxTerms: 4}}}
      evaluation: {problems: 5, samples: 2, maxNewTokens: 8}
      stages:
      """;
  private static final String RL =
      """
        - rl:
            steps: 3
            promptsPerStep: 6
            groupSize: 2
            maxNewTokens: 4
            rewards: [{kind: repetition}]
            audit: off
            guardian: {action: warn, heldOutEvery: 2, heldOutProblems: 4}
            grpo: {}
      """;
  private static final String FILTER =
      "      filter: {problems: 7, samples: 3, minPassRate: 0}\n      curriculum: learnability\n";

  @TempDir private Path folder = Path.of("");

  private int runs;

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private ObjectNode run(String text, String name, boolean resume, boolean stops)
      throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), text);
    try (StopSignal stop = new StopSignal();
        PrintStream out = new PrintStream(watched(stops, stop), true, StandardCharsets.UTF_8)) {
      return new RecipeRunner(
              Demonstrations.REGISTRY,
              Recipes.read(file, List.of()),
              folder.resolve(name),
              resume,
              out)
          .run(stop);
    }
  }

  private OutputStream watched(boolean stops, StopSignal stop) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        console.write(b);
        if (stops && console.toString(StandardCharsets.UTF_8).endsWith("Stage 'rl': about")) {
          stop.request();
        }
      }
    };
  }

  private List<JsonNode> rows(String file) {
    return JsonLines.readAll(folder.resolve(file)).stream()
        .map(r -> (JsonNode) r.fields())
        .toList();
  }

  private List<JsonNode> steps(String run) {
    return rows(run + "/metrics.jsonl").stream().filter(r -> r.has("step_time")).toList();
  }

  private List<String> rollouts(String run) throws IOException {
    List<String> all = new ArrayList<>();
    for (int step : IntStream.rangeClosed(1, 3).toArray()) {
      all.addAll(
          Files.readAllLines(folder.resolve(run + "/rollouts/rl/step-00000" + step + ".jsonl")));
    }
    return all;
  }

  @Test
  void everyTaskHasItsShareItsMetricsAndItsAccuracy() throws IOException {
    ObjectNode report = run(RECIPE + RL, "run", false, false);
    List<String> tasks =
        rows("run/rollouts/rl/step-000001.jsonl").stream()
            .map(r -> r.path("task").asString())
            .toList();
    assertThat(tasks).hasSize(12);
    assertThat(tasks).filteredOn("short"::equals).hasSize(8);
    JsonNode second = steps("run").get(1);
    assertThat(second.path("step").asInt()).isEqualTo(2);
    assertThat(second.path("env/short/share").asDouble()).isEqualTo(2.0 / 3);
    assertThat(second.has("env/long/accuracy")).isTrue();
    assertThat(second.has("env/long/by_group/frac_all_bad")).isTrue();
    assertThat(second.has("eval/accuracy")).isTrue();
    assertThat(second.has("eval/accuracy/short")).isTrue();
    assertThat(report.at("/after/tasks").has("eval/accuracy/long")).isTrue();
    assertThat(report.at("/after/tasks").path("eval/accuracy/short_ci95").size()).isEqualTo(2);
  }

  @Test
  void aRunThatWasStoppedGoesOnBitForBit() throws IOException {
    String recipe = RECIPE + RL + FILTER;
    run(recipe, "whole", false, false);
    assertThatExceptionOfType(Stopped.class).isThrownBy(() -> run(recipe, "parts", false, true));
    run(recipe, "parts", true, false);
    assertThat(rollouts("parts")).isEqualTo(rollouts("whole"));
    assertThat(folder.resolve("parts/models/rl/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/models/rl/model.safetensors"));
    assertThat(steps("whole").getLast().has("curriculum/short/share")).isTrue();
  }

  @Test
  void onlyProblemsThatWereMeasuredArePosed() throws IOException {
    run(RECIPE + RL + FILTER, "run", false, false);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains(
            "Stage 'rl', task 'short': of 7 problems 7 are never solved and 0 always; 7 have");
    List<String> measured =
        rows("run/pass_rates/rl/short.jsonl").stream()
            .skip(1)
            .map(r -> r.path("prompt").asString())
            .toList();
    assertThat(measured).hasSize(7);
    for (int step = 1; step <= 3; step++) {
      assertThat(rows("run/rollouts/rl/step-00000" + step + ".jsonl"))
          .filteredOn(r -> r.path("task").asString().equals("short"))
          .allMatch(r -> measured.contains(r.path("prompt").asString()));
    }
  }

  @Test
  void aTaskMoreChangesNothingOfWhatTheOthersPose() throws IOException {
    run(RECIPE + RL, "two", false, false);
    String more = "      - {name: more, task: chainSums}\nevaluation:";
    run(RECIPE.replace("evaluation:", more) + RL, "three", false, false);
    List<String> two = ofShort("two");
    List<String> three = ofShort("three");
    int both = Math.min(two.size(), three.size());
    assertThat(three.subList(0, both)).isEqualTo(two.subList(0, both));
  }

  private List<String> ofShort(String run) {
    return rows(run + "/rollouts/rl/step-000001.jsonl").stream()
        .filter(r -> r.path("task").asString().equals("short"))
        .map(r -> r.path("prompt").asString())
        .toList();
  }

  @Test
  void rejectionDrawsFromEveryTaskByItsWeight() throws IOException {
    run(
        RECIPE
            + "  - rejection: {name: traces, prompts: {count: 9}, samplesPerPrompt: 1, maxNewTokens:"
            + " 4, keep: [], finished: false, deduplicate: none}\n"
            + RL,
        "run",
        false,
        false);
    assertThat(rows("run/data/traces/kept.jsonl"))
        .extracting(r -> r.path("task").asString())
        .containsExactly(
            "short", "long", "short", "short", "long", "short", "short", "long", "short");
  }

  private void refused(String text, String sentence) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(text, "refused" + runs++, false, false))
        .withMessageContaining(sentence);
  }

  @Test
  void whatCannotBeDoneIsRefusedInASentence() {
    refused(
        RECIPE.replace("name: long, ", "name: short, ") + RL,
        "in 'mixture': tasks must be tasks of different names (give one a 'name'), got 'short'"
            + " twice");
    refused(RECIPE.replace("weight: 2", "weight: 0") + RL, "weight must be above 0, got 0.0");
    refused(
        RECIPE + RL + "      filter: {}\n",
        "stage 'rl': filter.problems must be given with task 'short', which has problems without"
            + " end, got none");
    refused(
        RECIPE + RL + "      curriculum: easyToHard\n",
        "filter must be given with curriculum easyToHard, which goes by the pass rates that it"
            + " measures, got none");
    refused(
        RECIPE + RL + "      task: chainSums\n      curriculum: learnability\n",
        "stage 'rl': curriculum learnability must have several tasks to choose between (task:"
            + " {mixture: {tasks: [...]}}) or a filter that measures problems, got neither");
    refused(
        RECIPE + RL + "      filter: {problems: 2, minPassRate: 0.5}\n",
        "widen filter.minPassRate or filter.maxPassRate");
  }
}
