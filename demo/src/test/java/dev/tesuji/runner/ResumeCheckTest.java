package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.json.Json;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs that are resumed with other settings than they were begun with.
@ExtendWith(LeakCheck.class)
class ResumeCheckTest {
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 128}
      task: chainSums
      evaluation: {problems: 2, samples: 2, maxNewTokens: 4}
      stages:
        - pretrain: {name: one, steps: 2, batchSize: 2, optimizer: {learningRate: 1e-3, schedule: linear, finalShare: 0, warmupSteps: 0}}
        - pretrain: {name: two, steps: 4, batchSize: 2, checkpoint: {everySteps: 1}, optimizer: {learningRate: 1e-3, schedule: linear, finalShare: 0, warmupSteps: 0}}
        - pretrain: {name: three, steps: 1, batchSize: 2}
      """;

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /// Runs the recipe until its console has said something.
  private void run(boolean resume, String until, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
    try (StopSignal stop = new StopSignal()) {
      OutputStream out =
          new OutputStream() {
            @Override
            public void write(int b) {
              said.write(b);
              if (!until.isEmpty() && said.toString(StandardCharsets.UTF_8).contains(until)) {
                stop.request();
              }
            }
          };
      new RecipeRunner(
              Demonstrations.REGISTRY,
              Recipes.read(file, List.of(overrides)),
              folder.resolve("run"),
              resume,
              new PrintStream(out, true, StandardCharsets.UTF_8))
          .run(stop);
    }
  }

  /// Runs one stage and a step of the second.
  private void begin() {
    assertThatExceptionOfType(Stopped.class)
        .isThrownBy(() -> run(false, "Stage 'two': about"))
        .withMessageContaining("Stopped after step 1 of 4 of stage 'two'");
  }

  private String recipe() throws IOException {
    return Files.readString(folder.resolve("run/recipe.yaml"));
  }

  private List<JsonNode> steps(String stage) throws IOException {
    return Files.readAllLines(folder.resolve("run/metrics.jsonl")).stream()
        .map(l -> Json.MAPPER.readTree(l))
        .filter(l -> l.path("stage").asString("").equals(stage))
        .toList();
  }

  @Test
  void whatStepsWereMadeWithIsRefusedByNameAndNothingIsRewritten() throws IOException {
    begin();
    String before = recipe();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            run(
                true,
                "",
                "seed=7",
                "stages.1.pretrain.steps=9",
                "stages.1.pretrain.optimizer.learningRate=0.5",
                "stages.2.pretrain.corpus={chainSums: {direct: 0.1}}",
                "stages.2.pretrain.steps=0"))
        .withMessageStartingWith(
            folder.resolve("run")
                + ": --resume cannot change what steps of the run were made with: ")
        .withMessageContaining("seed: 1 -> 7;")
        .withMessageContaining(
            "stage 'one', which is finished: steps: 2 -> 9 (more steps need a new run that goes on"
                + " from what it made: model="
                + folder.resolve("run/models/one")
                + ");")
        .withMessageContaining(
            "stage 'one', which is finished: optimizer.learningRate: 0.001 -> 0.5;")
        .withMessageContaining("stage 'two', which has made 1 steps: corpus")
        .withMessageContaining("stage 'two': steps must be at least the 1 made, got 0")
        .withMessageEndingWith(
            ". Leave these as they were, or begin a new run with another --out. More steps of a"
                + " stage that is not finished are possible, and so are settings that only its next"
                + " steps, or later stages, depend on");
    assertThat(recipe()).isEqualTo(before);
    assertThat(folder.resolve("run/recipe.1.yaml")).doesNotExist();
  }

  @Test
  void moreStepsOfTheStageInProgressAreMadeAndTheScheduleIsLaidOverThem() throws IOException {
    begin();
    String before = recipe();
    run(true, "", "stages.2.pretrain.steps=8");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(
            "stage 'two', from step 2 on: steps: 4 -> 8 (the linear schedule of the learning rate is"
                + " laid over all 8 steps: the next steps get the rates of a run of that length, the"
                + " steps that were made had those of the other)");
    // linear to 0: 1e-3 at step 1 of 4, then 1e-3 x (1 - i/8) at i = 1 ... 7
    assertThat(steps("two"))
        .extracting(l -> Math.round(l.path("learning_rate").asDouble() * 1e6))
        .containsExactly(1000L, 875L, 750L, 625L, 500L, 375L, 250L, 125L);
    assertThat(recipe()).contains("steps: 8");
    assertThat(folder.resolve("run/recipe.1.yaml")).hasContent(before);
  }

  @Test
  void stagesThatHaveNotBegunMayChange() throws IOException {
    begin();
    run(true, "", "stages.3.pretrain.batchSize=3", "stages.3.pretrain.optimizer.learningRate=0.01");
    assertThat(steps("three")).hasSize(1);
    assertThat(recipe()).contains("batchSize: 3");
  }

  @Test
  void theSameRecipeSaysNothing() throws IOException {
    begin();
    run(true, "");
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain(" from step ");
    assertThat(folder.resolve("run/recipe.1.yaml")).doesNotExist();
  }

  @Test
  void aFinishedRunRefusesMoreSteps() throws IOException {
    run(false, "");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(true, "", "stages.3.pretrain.steps=2"))
        .withMessageContaining("stage 'three', which is finished: steps: 1 -> 2 (more steps need");
    run(true, ""); // as it was: nothing is left to do
    assertThat(steps("three")).hasSize(1);
  }
}
