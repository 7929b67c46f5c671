package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Whole runs, in processes of their own, some of which are killed.
class RunTest {
  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeAModel() {
    new NewModel(1, 16, 24, 2, 1, 128).create(shared.resolve("model"), 3);
  }

  private static Path recipe(String name) {
    return Fixtures.checkout().resolve("recipes").resolve(name);
  }

  /// Starts a run of several small steps with a checkpoint after each.
  private Process start(Path out, boolean resume) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("run", recipe("r1-zero.yaml").toString()));
    words.add("model=" + shared.resolve("model"));
    words.addAll(List.of("evaluation={problems: 4, samples: 8, maxNewTokens: 8}"));
    words.addAll(List.of("rl.steps=40", "rl.checkpoint.everySteps=1", "rl.maxNewTokens=16"));
    words.addAll(List.of("rl.rewards=[{kind: overlong, weight: 1, buffer: 15}]", "rl.audit=warn"));
    words.addAll(List.of("rl.promptsPerStep=4", "rl.groupSize=4", "--out", out.toString()));
    if (resume) {
      words.add("--resume");
    }
    return Child.start(folder.resolve("log-" + System.nanoTime()), words);
  }

  private static void finish(Process process, int status) throws InterruptedException {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(status);
  }

  private static void waitForStep(Path out, int step) throws InterruptedException {
    Path checkpoints = out.resolve("checkpoints").resolve("rl");
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (steps(checkpoints) < step) {
      assertThat(System.nanoTime()).as("a checkpoint of step " + step).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static int steps(Path checkpoints) {
    String[] names = checkpoints.toFile().list();
    int newest = 0;
    for (String name : names == null ? new String[0] : names) {
      if (name.startsWith("step-")) {
        newest = Math.max(newest, Integer.parseInt(name.substring("step-".length())));
      }
    }
    return newest;
  }

  @Test
  void aKilledRunThatIsResumedEqualsOneThatWasNot() throws Exception {
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    finish(start(whole, false), 0);
    boolean resume = false;
    for (int step : new int[] {3, 17}) {
      Process process = start(killed, resume);
      waitForStep(killed, step);
      process.destroyForcibly(); // SIGKILL
      process.waitFor();
      resume = true;
    }
    finish(start(killed, true), 0);
    assertThat(killed.resolve("models/rl/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("models/rl/model.safetensors"));
    assertThat(metrics(killed)).isEqualTo(metrics(whole));
    for (int step : new int[] {1, 3, 4, 18, 40}) {
      String rollouts = String.format("rollouts/rl/step-%06d.jsonl", step);
      assertThat(killed.resolve(rollouts)).hasSameBinaryContentAs(whole.resolve(rollouts));
    }
    assertThat(Json.readObject(killed.resolve("report.json")).path("after").path("accuracy"))
        .isEqualTo(Json.readObject(whole.resolve("report.json")).path("after").path("accuracy"));
  }

  /// Reads the metrics, without times and memory.
  private static List<ObjectNode> metrics(Path run) {
    List<ObjectNode> all = new ArrayList<>();
    for (JsonLines.Row row : JsonLines.readAll(run.resolve("metrics.jsonl"))) {
      ObjectNode fields = row.fields();
      List.copyOf(fields.propertyNames()).stream()
          .filter(n -> n.equals("step_time") || n.startsWith("timing_s/") || n.startsWith("perf/"))
          .forEach(fields::remove);
      all.add(fields);
    }
    assertThat(all).hasSize(40);
    return all;
  }

  @Test
  void anInterruptedRunSavesAndSaysHowToGoOn() throws Exception {
    Assumptions.assumeFalse(
        interruptsAreIgnored(), "SKIPPED: what started the tests has Ctrl-C ignored, as nohup has");
    Path out = folder.resolve("out");
    Process process = start(out, false);
    waitForStep(out, 2);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    finish(process, 130);
    String log = Files.readString(newestLog());
    assertThat(log).contains("Stopping after this step").contains("all saved. Go on with:");
    assertThat(log).contains("--out " + out + " --resume");
    int saved = steps(out.resolve("checkpoints/rl"));
    assertThat(saved).isGreaterThanOrEqualTo(2);
    finish(start(out, true), 0);
    assertThat(metrics(out)).hasSize(40);
  }

  /// Says whether SIGINT, signal 2, is ignored here: a child would ignore it too.
  private static boolean interruptsAreIgnored() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  private Path newestLog() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("log-"))
          .sorted()
          .toList()
          .getLast();
    }
  }

  @Test
  void aStageStartsFromTheModelThatItNames() throws IOException {
    Path out = folder.resolve("out");
    Path file = folder.resolve("stages.yaml");
    Files.writeString(
        file,
        """
        name: stages
        model: %s
        task: chainSums
        evaluation: {problems: 2, samples: 1, maxNewTokens: 8}
        stages:
          - pretrain: {name: first, steps: 2, batchSize: 2, optimizer: {learningRate: 0.01}}
          - pretrain: {name: second, steps: 0}
          - pretrain: {name: third, from: base, steps: 0}
          - pretrain: {name: fourth, from: first, steps: 0}
        """
            .formatted(shared.resolve("model")));
    assertThat(Cli.run("run", file.toString(), "--out", out.toString()).status()).isZero();
    Path models = out.resolve("models");
    Path first = models.resolve("first/model.safetensors");
    assertThat(models.resolve("second/model.safetensors")).hasSameBinaryContentAs(first);
    assertThat(models.resolve("fourth/model.safetensors")).hasSameBinaryContentAs(first);
    byte[] third = Files.readAllBytes(models.resolve("third/model.safetensors"));
    assertThat(third)
        .isEqualTo(Files.readAllBytes(shared.resolve("model/model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(first));
  }

  @Test
  void stagesThatSaySoAreRowsOfTheReportAndTestTimeIsMeasured() throws IOException {
    Path out = folder.resolve("out");
    Path file = folder.resolve("stages.yaml");
    Files.writeString(
        file,
        """
        name: stages
        model: %s
        task: chainSums
        evaluation:
          problems: 3
          samples: 2
          maxNewTokens: 8
          testTime: {budgets: [2], extensions: 1}
          reflectiveWords: [check]
        stages:
          - pretrain: {name: first, steps: 2, batchSize: 2, evaluate: true}
          - pretrain: {name: second, steps: 1, batchSize: 2}
          - rl: {name: third, steps: 2, promptsPerStep: 2, groupSize: 2, maxNewTokens: 8}
        """
            .formatted(shared.resolve("model")));
    Cli cli = Cli.run("run", file.toString(), "--out", out.toString());
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode report = Json.readObject(out.resolve("report.json"));
    List<String> rows = new ArrayList<>();
    report.path("table").path("rows").forEach(r -> rows.add(r.path("name").asString("")));
    assertThat(rows).containsExactly("base", "first", "third");
    JsonNode third = report.path("stages").path(2);
    assertThat(third.path("reflection")).hasSize(2);
    assertThat(third.path("transcripts").path("random")).isNotEmpty();
    assertThat(third.path("cost").path("tokens_generated").asDouble()).isPositive();
    assertThat(report.path("after").path("reflective_words").isNumber()).isTrue();
    assertThat(JsonLines.readAll(out.resolve("evaluations/first.jsonl"))).hasSize(6);
    JsonNode testTime = Json.readObject(out.resolve("testtime.json"));
    assertThat(testTime.path("models")).hasSize(2);
    assertThat(testTime.path("training").path(0).path("stage").asString()).isEqualTo("third");
    JsonNode votes = testTime.path("models").path(1).path("methods").path(0).path("points").path(0);
    assertThat(votes.path("accuracy").asDouble())
        .isEqualTo(report.path("after").path("accuracy").asDouble());
  }

  @ParameterizedTest
  @CsvSource({"base.yaml, pretrain", "r1-zero.yaml, rl"})
  void everyRecipeRunsTwoSteps(String name, String stage) throws IOException {
    Path out = folder.resolve("out");
    List<Object> words = new ArrayList<>(List.of("run", recipe(name), "--out", out));
    words.addAll(List.of(stage + ".steps=2", "evaluation.problems=4", "evaluation.maxNewTokens=8"));
    if (stage.equals("rl")) {
      words.add("model=" + shared.resolve("model"));
      words.add("rl.promptsPerStep=2");
    } else {
      words.add("pretrain.batchSize=4");
    }
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode report = Json.readObject(out.resolve("report.json"));
    for (String side : List.of("before", "after")) {
      for (String key : List.of("accuracy", "format", "response_length", "pass_at_8")) {
        assertThat(report.path(side).path(key).isNumber()).as(side + "." + key).isTrue();
      }
    }
    assertThat(report.path("steps").asInt()).isEqualTo(2);
    assertThat(report.path("wall_seconds").asDouble()).isPositive();
    assertThat(report.path("peak_memory_bytes").asLong()).isPositive();
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("<!doctype html>")
        .doesNotContain("src=\"http");
    assertThat(JsonLines.readAll(out.resolve("metrics.jsonl"))).hasSize(2);
    assertThat(out.resolve("models").resolve(stage).resolve("tokenizer.json")).exists();
    assertThat(out.resolve("checkpoints").resolve(stage)).doesNotExist();
  }

  @Test
  void aRewardModelIsLearnedAndPays() throws IOException {
    Path out = folder.resolve("out");
    Cli cli =
        Cli.run(
            "run",
            recipe("reward-chainsums.yaml"),
            "model=" + shared.resolve("model"),
            "rewardModel.comparisons.chainSums.prompts=60",
            "rewardModel.steps=2",
            "rl.steps=2",
            "rl.promptsPerStep=2",
            "rl.audit=warn",
            "evaluation.problems=2",
            "evaluation.maxNewTokens=8",
            "--out",
            out);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("Stage 'rewardModel': held-out accuracy ");
    Path rewardModel = out.resolve("models/rewardModel");
    Path texts = folder.resolve("texts.jsonl");
    Files.writeString(texts, "{\"prompt\": \"1+1=?\\n\", \"completion\": \"2\"}\n");
    Path scored = folder.resolve("scored.jsonl");
    Cli score = Cli.run("score", "--model", rewardModel, "--in", texts, "--out", scored);
    assertThat(score.status()).as(score.err()).isZero();
    assertThat(Json.MAPPER.readTree(Files.readString(scored)).path("score").isNumber()).isTrue();
    Cli inspect = Cli.run("inspect", rewardModel);
    assertThat(inspect.status()).as(inspect.err()).isZero();
    assertThat(inspect.out()).doesNotContain("do not match");
  }

  @Test
  void humanPreferencesGoThroughWithoutAnEvaluation() {
    Path model = Fixtures.require("models/stories260k");
    Path data = Fixtures.require("data/hh/train.jsonl");
    Path out = folder.resolve("out");
    Cli cli =
        Cli.run(
            "run",
            recipe("reward-hh.yaml"),
            "model=" + model,
            "rewardModel.comparisons.files.data=" + data,
            "rewardModel.steps=1",
            "rewardModel.batchSize=2",
            "rewardModel.maxTokens=64",
            "--out",
            out);
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode heldOut = Json.readObject(out.resolve("report.json")).at("/stages/0/held_out");
    assertThat(heldOut.path("comparisons").asInt()).isBetween(250, 390);
    assertThat(heldOut.path("eval_accuracy_ci95").size()).isEqualTo(2);
  }

  @Test
  void realModelsAndRealProblemsGoThrough() {
    Path model = Fixtures.require("models/stories260k");
    Path data = Fixtures.require("data/gsm8k/train.jsonl");
    Path out = folder.resolve("out");
    Cli cli =
        Cli.run(
            "run",
            recipe("gsm8k.yaml"),
            "model=" + model,
            "data=" + data,
            "rl.steps=3",
            "rl.promptsPerStep=2",
            "rl.groupSize=4",
            "rl.maxNewTokens=24",
            "rl.prompts={maxTokens: 400, policy: drop}",
            "evaluation.problems=2",
            "evaluation.maxNewTokens=16",
            "rl.grpo.klCoefficient=0.01",
            "--out",
            out);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(JsonLines.readAll(out.resolve("metrics.jsonl"))).hasSize(3);
  }
}
