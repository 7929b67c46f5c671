package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.SftSettings;
import dev.tesuji.recipe.Source;
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
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Rejection sampling among the stages of a recipe, and what later stages learn from it.
@ExtendWith(LeakCheck.class)
class RejectionStageTest {
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
      task: chainSums
      evaluation: {problems: 2, samples: 2, maxNewTokens: 8}
      stages:
        - rejection:
            name: traces
            prompts: {count: 20, maxTokens: 32}
            promptsPerStep: 6
            samplesPerPrompt: 3
            maxNewTokens: 4
            keep: []
            finished: false
            maxPerPrompt: 2
            refused: true
        - sft:
            from: base
            data: {stage: traces}
            maxTokens: 60
            epochs: 0.5
            batchSize: 5
      """;

  @TempDir private Path folder = Path.of("");

  private int runs;

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private Recipe read(String text, String... overrides) throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of(overrides));
  }

  /// Runs a recipe.
  ///
  /// @param stops whether it is asked to stop when its first stage begins
  private ObjectNode run(Recipe recipe, String name, boolean resume, boolean stops) {
    try (StopSignal stop = new StopSignal();
        PrintStream out = new PrintStream(watched(stops, stop), true, StandardCharsets.UTF_8)) {
      return new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve(name), resume, out)
          .run(stop);
    }
  }

  private OutputStream watched(boolean stops, StopSignal stop) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        console.write(b);
        if (stops && console.toString(StandardCharsets.UTF_8).endsWith("Stage 'traces': about")) {
          stop.request();
        }
      }
    };
  }

  private Path kept(String run) {
    return folder.resolve(run).resolve("data/traces/kept.jsonl");
  }

  @Test
  void aLaterStageLearnsFromWhatWasKept() throws IOException {
    ObjectNode report = run(read(RECIPE), "run", false, false);
    JsonNode traces = report.at("/stages/0");
    assertThat(traces.path("kind").asString()).isEqualTo("rejection");
    assertThat(traces.path("drawn").asInt()).isEqualTo(60);
    int refused = 0;
    for (JsonNode n : traces.path("refused")) {
      refused += n.asInt();
    }
    assertThat(traces.path("kept").asInt() + refused).isEqualTo(60);
    assertThat(traces.at("/refused/surplus").asInt()).isGreaterThan(0);
    List<JsonLines.Row> lines = JsonLines.readAll(kept("run"));
    assertThat(lines).hasSize(traces.path("kept").asInt());
    assertThat(JsonLines.readAll(kept("run").resolveSibling("refused.jsonl"))).hasSize(refused);
    ObjectNode first = lines.getFirst().fields();
    assertThat(first.path("prompt").asString()).endsWith("=?\n");
    assertThat(first.path("verdict").asString()).isIn("correct", "wrong");
    assertThat(first.path("rewards").has("accuracy")).isTrue();
    assertThat(folder.resolve("run/models/traces")).doesNotExist();
    int steps = (int) Math.ceil(0.5 * lines.size() / 5);
    assertThat(report.at("/stages/1/steps").asInt()).isEqualTo(steps);
    assertThat(report.at("/stages/1/texts").asInt()).isEqualTo(5 * steps);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("Stage 'traces': kept " + lines.size() + " of 60 samples");
  }

  @Test
  void aRunThatWasStoppedOrKilledEndsInTheSameFileBitForBit() throws IOException {
    run(read(RECIPE), "whole", false, false);
    Recipe recipe = read(RECIPE);
    assertThatExceptionOfType(Stopped.class)
        .isThrownBy(() -> run(recipe, "cut", false, true))
        .withMessageContaining("after step 1 of 4");
    byte[] saved = Files.readAllBytes(kept("cut"));
    assertThat(saved.length).isPositive();
    Files.writeString( // what a kill in the second step leaves behind
        kept("cut"),
        "{\"prompt\": \"1+1=?\\n\", \"completion\": \"3\"}\n{\"prom",
        StandardOpenOption.APPEND);
    run(recipe, "cut", true, false);
    assertThat(kept("cut")).hasSameBinaryContentAs(kept("whole"));
    assertThat(kept("cut").resolveSibling("refused.jsonl"))
        .hasSameBinaryContentAs(kept("whole").resolveSibling("refused.jsonl"));
    JsonNode cut = Json.readObject(folder.resolve("cut/report.json"));
    JsonNode whole = Json.readObject(folder.resolve("whole/report.json"));
    assertThat(cut.at("/stages/0/refused")).isEqualTo(whole.at("/stages/0/refused"));
    assertThat(cut.at("/stages/1/data_sha256")).isEqualTo(whole.at("/stages/1/data_sha256"));
  }

  @Test
  void aFileThatWasChangedIsNotGoneOnWith() throws IOException {
    Recipe recipe = read(RECIPE);
    assertThatExceptionOfType(Stopped.class).isThrownBy(() -> run(recipe, "cut", false, true));
    long length = Files.size(kept("cut"));
    Files.writeString(kept("cut"), "");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(recipe, "cut", true, false))
        .withMessage(
            kept("cut")
                + ": has 0 bytes where the checkpoint noted "
                + length
                + ", so it was changed since; put it back, or start the run anew in another"
                + " --out");
  }

  @Test
  void nothingKeptIsSaidByReasonAndCanBeMended() throws IOException {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            run(read(RECIPE, "rejection.keep=[{reward: format, atLeast: 1}]"), "run", false, false))
        .withMessage(
            "stage 'traces' kept none of its 60 samples, so that there is nothing to learn from;"
                + " refused by reason: format 60. Loosen 'keep' or what else refused them, raise"
                + " samplesPerPrompt, or start from a model that can do the task, and go on with"
                + " --resume: the stage begins again");
    ObjectNode report = run(read(RECIPE), "run", true, false);
    assertThat(report.at("/stages/0/kept").asInt()).isPositive();
  }

  @Test
  void sourcesAreMixedByTheirShares() throws IOException {
    Files.writeString(
        folder.resolve("general.jsonl"), "{\"prompt\": \"1+1=?\\n\", \"completion\": \"2\"}\n");
    String mixed =
        RECIPE
            .replace(
                "data: {stage: traces}",
                "data: [{stage: traces, share: 0.75}, {path: general.jsonl, share: 0.25}]")
            .replace("epochs: 0.5", "steps: 4");
    ObjectNode report = run(read(mixed), "run", false, false);
    assertThat(report.at("/stages/1/texts").asInt()).isEqualTo(20);
    assertThat(report.at("/stages/1").path("epoch/general.jsonl").asDouble()).isEqualTo(5);
  }

  private void refused(String text, String sentence) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(read(text), "run" + runs++, false, false))
        .withMessageEndingWith(sentence);
    assertThat(console.toString(StandardCharsets.UTF_8)).doesNotContain("Evaluating");
  }

  @Test
  void dataMustBeOfAStageBefore() {
    refused(
        RECIPE.replace("{stage: traces}", "{stage: trace}"),
        "'data' of stage 'sft': 'stage' must be the name of a rejection stage before it, got"
            + " 'trace'");
    refused(
        RECIPE.replace("from: base", "from: traces"),
        "'from' of stage 'sft' must name a stage that makes a language model; 'traces' makes data"
            + " (a later stage of kind sft learns from it: data: {stage: traces})");
    refused(
        RECIPE.replace("{stage: traces}", "{share: 1}"),
        "either 'path', a file, or 'stage', the name of a rejection stage, or data that is made up,"
            + " such as world: 2000, must be given");
    refused(
        RECIPE.replace("{stage: traces}", "[{stage: traces, share: 1}, some.jsonl]"),
        "data must have a 'share' for every source or for none, got 1 of 2");
  }

  @Test
  void whatCannotBeDoneIsSaidBeforeAnythingRuns() {
    refused(
        RECIPE.replace("maxTokens: 60", "maxTokens: 30"),
        "stage 'sft': maxTokens must be at least the 36 tokens that samples of stage 'traces' can"
            + " have (prompts.maxTokens and maxNewTokens), got 30; raise it, or set tooLong to drop"
            + " or truncate");
    refused(
        RECIPE.replace("keep: []", "keep: [{reward: worldLanguage, atLeast: 1}]"),
        "stage 'traces': reward 'worldLanguage' goes with task world, got task chain-sums");
    refused(
        RECIPE.replace("count: 20, ", ""),
        "stage 'traces' needs 'prompts: {count: N}': task 'chain-sums' has problems without end");
    refused(
        RECIPE.replace("count: 20", "count: 20, data: more.jsonl"),
        "stage 'traces': prompts.data goes with a task that reads files, got task 'chain-sums',"
            + " which makes its problems; leave it out");
    refused(
        RECIPE.replace("maxTokens: 32", "maxTokens: 32, policy: truncate"),
        "policy must be error or drop, got truncate: what answers the end of a prompt would be"
            + " taught as an answer to all of it");
  }

  @Test
  void aModelOfStoriesIsSampledOnGradeSchoolMathematics() throws IOException {
    String recipe =
        """
        name: real
        model: %s
        task: {gsm8k: {heldOut: %s}}
        data: %s
        evaluation: {problems: 0}
        stages:
          - rejection:
              name: traces
              prompts: {count: 8, maxTokens: 448, policy: drop}
              promptsPerStep: 4
              samplesPerPrompt: 2
              maxNewTokens: 24
          - sft: {data: {stage: traces}, maxTokens: 512, batchSize: 2, steps: 2}
        """
            .formatted(
                Fixtures.require("models/stories260k"),
                Fixtures.require("data/gsm8k/test.jsonl"),
                Fixtures.require("data/gsm8k/train.jsonl"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(read(recipe), "none", false, false))
        .withMessageStartingWith(
            "stage 'traces' kept none of its 16 samples, so that there is nothing to learn from;"
                + " refused by reason: unfinished ");
    ObjectNode report =
        run(read(recipe, "rejection.keep=[]", "rejection.finished=false"), "all", false, false);
    assertThat(report.at("/stages/0/kept").asInt()).isEqualTo(16);
    assertThat(report.at("/stages/1/steps").asInt()).isEqualTo(2);
    assertThat(report.at("/stages/1/texts").asInt()).isEqualTo(4);
  }

  @Test
  void theEffectiveRecipeReadsBackTheSame() throws IOException {
    Recipe recipe =
        read(
            RECIPE,
            "rejection.keep=[{reward: accuracy, atLeast: 1}, {reward: {kind: repetition, ngram: 4},"
                + " atLeast: -0.2}]",
            "rejection.maxCompletionTokens=3",
            "sft.data=[a.jsonl, {stage: traces}]");
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
    assertThat(((SftSettings) read(RECIPE, "sft.data=a.jsonl").stages().getLast()).data())
        .containsExactly(new Source(Path.of("a.jsonl").toAbsolutePath(), null, null, null));
  }
}
