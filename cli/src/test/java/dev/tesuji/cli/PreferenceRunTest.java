package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs that learn from preferences and from teachers.
class PreferenceRunTest {
  private static final String EVALUATION = "evaluation={problems: 2, samples: 1, maxNewTokens: 4}";
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void makeAModel() {
    new NewModel(1, 16, 24, 2, 1, 128).create(folder.resolve("model"), 3);
  }

  private static Path recipe(String name) {
    return Fixtures.checkout().resolve("recipes").resolve(name);
  }

  private Path recipe(String stage, String settings) throws IOException {
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        name: test
        model: model
        task: chainSums
        evaluation: {problems: 2, samples: 1, maxNewTokens: 4}
        stages:
          - %s: %s
        """
            .formatted(stage, settings));
  }

  private JsonNode report(Object... words) {
    Path out = folder.resolve("out");
    Object[] all = new Object[words.length + 3];
    all[0] = "run";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--out";
    all[words.length + 2] = out;
    Cli cli = Cli.run(all);
    assertThat(cli.status()).as(cli.err()).isZero();
    return Json.readObject(out.resolve("report.json"));
  }

  private void assertRefused(Path recipe, String message) {
    Cli cli = Cli.run("run", recipe, "--out", folder.resolve("out"));
    assertThat(cli.status()).isNotZero();
    assertThat(cli.err()).contains(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void theDpoRecipeRunsTwoSteps() {
    JsonNode report =
        report(
            recipe("dpo.yaml"),
            "model=" + folder.resolve("model"),
            EVALUATION,
            "dpo.steps=2",
            "dpo.builtIn=40",
            "dpo.batchSize=4");
    JsonNode stage = report.path("stages").get(0);
    assertThat(stage.path("kind").stringValue()).isEqualTo("dpo");
    assertThat(stage.path("examples").asInt() + stage.path("held_out_examples").asInt())
        .isEqualTo(40);
    assertThat(stage.path("held_out_accuracy")).hasSize(3);
    assertThat(JsonLines.readAll(folder.resolve("out/metrics.jsonl"))).hasSize(2);
  }

  @Test
  void theDistillRecipeRunsTwoStepsOfEachStage() {
    JsonNode report =
        report(
            recipe("distill.yaml"),
            "model=" + folder.resolve("model"),
            EVALUATION,
            "rl.steps=2",
            "rl.promptsPerStep=2",
            "gkd.steps=2",
            "gkd.batchSize=4",
            "gkd.maxNewTokens=8");
    assertThat(report.path("stages").get(1).path("prompts").asInt()).isEqualTo(8);
  }

  @Test
  void ktoLearnsFromJudgedAnswersAndMeasuresOthers() throws IOException {
    Path data = folder.resolve("judged.jsonl");
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      rows.append("{\"prompt\": \"").append(i).append("+0=?\", \"completion\": \"").append(i % 3);
      rows.append("\", \"label\": ").append(i < 3).append("}\n");
    }
    Files.writeString(data, rows.toString());
    Files.writeString(folder.resolve("others.jsonl"), rows.toString().replace("+0", "+1"));
    JsonNode report =
        report(
            recipe("kto", "{steps: 2, batchSize: 4, data: judged.jsonl, heldOut: others.jsonl}"));
    assertThat(report.path("stages").get(0).path("examples").asInt()).isEqualTo(10);
    assertThat(report.path("stages").get(0).path("held_out_examples").asInt()).isEqualTo(10);
    assertThat(Files.readString(folder.resolve("out/metrics.jsonl")))
        .contains("\"kl\":", "\"eval_rewards/margins\":");
  }

  @Test
  void promptsThatAreHeldOutAreNotLearnedFrom() throws IOException {
    String row = "{\"prompt\": \"%d+0=?\", \"chosen\": \"1\", \"rejected\": \"2\"}\n";
    Files.writeString(
        folder.resolve("pairs.jsonl"), row.formatted(1) + row.formatted(2) + row.formatted(3));
    Files.writeString(folder.resolve("held.jsonl"), row.formatted(3) + row.formatted(4));
    String settings = "{steps: 1, batchSize: 2, data: pairs.jsonl, heldOut: held.jsonl}";
    JsonNode stage = report(recipe("dpo", settings)).path("stages").get(0);
    assertThat(stage.path("examples").asInt()).isEqualTo(2);
    assertThat(stage.path("held_out_examples").asInt()).isEqualTo(2);
    Files.writeString(folder.resolve("pairs.jsonl"), row.formatted(3));
    Cli cli = Cli.run("run", recipe("dpo", settings), "--out", folder.resolve("other"));
    assertThat(cli.err()).contains("the prompts of all 1 examples are held out");
  }

  @Test
  void badRowsAreNamedBeforeAnythingRuns() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("pairs.jsonl"),
            """
            {"prompt": "1+0=?", "chosen": "1", "rejected": "2"}
            {"prompt": "1+1=?", "chosen": "2", "rejected": "2"}
            """);
    assertRefused(
        recipe("dpo", "{data: pairs.jsonl}"), data + ":2: 'chosen' and 'rejected' must differ");
  }

  @Test
  void contradictionsAreNamedBeforeAnythingRuns() throws IOException {
    assertRefused(
        recipe("gkd", "{lambda: 1}"), "stage 'gkd' needs either 'teacher', the directory");
    assertRefused(
        recipe("gkd", "{teacherStage: gkd}"),
        "'teacherStage' of stage 'gkd' must be the name of a stage before it that makes a language"
            + " model, got 'gkd'");
    assertRefused(
        recipe("gkd", "{teacher: model}"),
        "stage 'gkd' needs 'data', the file with prompts and completions, for the batches that the"
            + " student does not write (lambda 0.5); or set 'lambda: 1', or 'seqKd: true'");
    assertRefused(
        recipe("gkd", "{teacher: nowhere, lambda: 1, maxNewTokens: 8}"),
        folder.resolve("nowhere").toString());
    assertRefused(
        recipe("dpo", "{labelSmoothing: 0.1}"),
        "labelSmoothing must be 0 with losses that have no use for it");
    assertRefused(recipe("dpo", "{loss: exo_pair}"), "labelSmoothing must be above 0 for exo_pair");
    assertRefused(recipe("kto", "{batchSize: 1}"), "batchSize must be at least 2, got 1");
  }

  @Test
  void preferencesAreRealToo() {
    Path model = Fixtures.require("models/stories260k");
    Path pairs = Fixtures.require("data/hh/train.jsonl");
    JsonNode report =
        report(
            recipe("dpo.yaml"),
            "model=" + model,
            EVALUATION,
            "dpo.steps=2",
            "dpo.batchSize=4",
            "dpo.data=" + pairs,
            "dpo.maxTokens=200",
            "dpo.tooLong=drop",
            "dpo.heldOutShare=0.2");
    assertThat(report.path("stages").get(0).path("held_out_examples").asInt()).isPositive();
    assertThat(report.path("long_texts").asInt()).isPositive();
  }
}
