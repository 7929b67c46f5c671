package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The stages of R1 on a model and problems that were not made for them: 260,000 weights that tell
/// stories, and grade-school mathematics, of which they get nothing right.
@ExtendWith(LeakCheck.class)
class RealStagesTest {
  private static final String RECIPE =
      """
      name: real
      model: MODEL
      task: {gsm8k: {heldOut: HELD_OUT}}
      data: TRAIN
      evaluation: {problems: 4, samples: 2, maxNewTokens: 16}
      stages:
        - sft:
            name: coldStart
            evaluate: true
            columns: {prompt: question, completion: answer}
            maxTokens: 512
            tooLong: drop
            batchSize: 4
            steps: 2
        - rl:
            name: reasoning
            evaluate: true
            steps: 2
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 24
            prompts: {maxTokens: 448, policy: drop}
            rewards:
              - {kind: accuracy, weight: 1}
              - {kind: format, weight: 0.5}
            grpo: {loss: dapo, scaling: group, clipLow: 0.2, clipHigh: 0.28}
            guardian: {heldOutProblems: 4}
        - rejection:
            name: traces
            prompts: {count: 8, maxTokens: 448, policy: drop}
            promptsPerStep: 4
            samplesPerPrompt: 2
            maxNewTokens: 24
            keep: []
            finished: false
        - sft:
            name: final
            from: base
            data: {stage: traces}
            maxTokens: 512
            batchSize: 4
            steps: 2
      """;

  @TempDir private Path folder = Path.of("");

  private void run(Path out) throws IOException {
    String text =
        RECIPE
            .replace("MODEL", Fixtures.require("models/stories260k").toString())
            .replace("HELD_OUT", Fixtures.require("data/gsm8k/test.jsonl").toString())
            .replace("TRAIN", Fixtures.require("data/gsm8k/train.jsonl").toString());
    Recipe recipe = Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of());
    try (StopSignal stop = new StopSignal();
        PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new RecipeRunner(Demonstrations.REGISTRY, recipe, out, false, nowhere).run(stop);
    }
  }

  @Test
  void coldStartReinforcementRejectionAndFineTuningGoThroughOneAfterTheOther() throws IOException {
    Path out = folder.resolve("run");
    run(out);
    ObjectNode report = Json.readObject(out.resolve("report.json"));
    List<String> kinds = report.path("stages").findValuesAsString("kind");
    assertThat(kinds).containsExactly("sft", "rl", "rejection", "sft");
    for (JsonNode stage : report.path("stages")) {
      assertThat(stage.path("steps").asInt()).as(stage.path("name").asString("")).isEqualTo(2);
    }
    assertThat(report.path("after_stage").asString("")).isEqualTo("final");
    assertThat(report.at("/after/problems").asInt()).isEqualTo(4);
    List<String> rows = new ArrayList<>();
    report.at("/table/rows").forEach(row -> rows.add(row.path("name").asString("")));
    assertThat(rows).containsExactly("base", "coldStart", "reasoning", "final");

    byte[] base = Files.readAllBytes(Fixtures.require("models/stories260k/model.safetensors"));
    for (String made : List.of("coldStart", "reasoning", "final")) {
      Path model = out.resolve("models").resolve(made);
      assertThat(model.resolve("tokenizer.json")).exists();
      assertThat(Files.readAllBytes(model.resolve("model.safetensors"))).isNotEqualTo(base);
    }
    assertThat(JsonLines.readAll(out.resolve("data/traces/kept.jsonl"))).hasSize(16);
    assertThat(report.at("/stages/3/texts").asInt()).isEqualTo(8);

    List<JsonLines.Row> steps = JsonLines.readAll(out.resolve("metrics.jsonl"));
    assertThat(steps).hasSize(8);
    for (JsonLines.Row step : steps) {
      if (!step.fields().path("stage").asString("").equals("traces")) {
        assertThat(step.fields().path("loss").isNumber()).as(step.fields().toString()).isTrue();
        assertThat(step.fields().path("loss").asDouble()).isFinite();
      }
    }
  }
}
