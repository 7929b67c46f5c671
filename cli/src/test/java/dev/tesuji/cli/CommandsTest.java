package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CommandsTest {
  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeAModel() {
    new NewModel(2, 32, 48, 2, 1, 128).create(model(), 3);
  }

  private static Path model() {
    return shared.resolve("model");
  }

  private Path in(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  private Path out() {
    return folder.resolve("out.jsonl");
  }

  private List<JsonLines.Row> answers(Cli cli) {
    assertThat(cli.err()).doesNotContain("defect");
    assertThat(cli.status()).as(cli.err()).isZero();
    return JsonLines.readAll(out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "generate",
        "score",
        "evaluate",
        "testtime",
        "tokenize",
        "bench",
        "doctor"
      })
  void everyCommandTeachesItself(String command) {
    Cli help = command.isEmpty() ? Cli.run("--help") : Cli.run(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains(("Usage: tesuji " + command).strip()).doesNotContain("${");
  }

  @Test
  void scoreAgreesWithGenerate() throws IOException {
    Path prompts = in("{\"prompt\": \"1+2=?\", \"note\": \"kept\"}", "{\"input_ids\": [8, 17, 9]}");
    List<JsonLines.Row> generated =
        answers(
            Cli.run(
                "generate",
                "--model",
                model(),
                "--in",
                prompts,
                "--out",
                out(),
                "--max-new-tokens",
                12,
                "--samples",
                3,
                "--ignore-eos",
                "--seed",
                5));
    assertThat(generated).hasSize(6);
    StringBuilder whole = new StringBuilder();
    for (JsonLines.Row row : generated) {
      assertThat(row.fields().path("finish_reason").asString()).isEqualTo("length");
      assertThat(row.fields().path("token_ids")).hasSize(12);
      assertThat(row.fields().path("completion").isString()).isTrue();
      ObjectNode line = Json.MAPPER.createObjectNode();
      var ids = line.putArray("input_ids");
      int[] prompt = row.ids("input_ids");
      if (prompt == null) {
        assertThat(row.text("note")).isEqualTo("kept");
        prompt = new int[] {8, 17, 9, 20, 22}; // 1 + 2 = ?
      }
      for (int id : prompt) {
        ids.add(id);
      }
      row.fields().path("token_ids").forEach(ids::add);
      whole.append(Json.line(line)).append('\n');
    }
    Path texts = Files.writeString(folder.resolve("whole.jsonl"), whole);
    List<JsonLines.Row> scored =
        answers(Cli.run("score", "--model", model(), "--in", texts, "--out", out()));
    for (int i = 0; i < scored.size(); i++) {
      JsonNode all = scored.get(i).fields().path("logprobs");
      JsonNode own = generated.get(i).fields().path("logprobs");
      double sum = 0;
      for (int t = 0; t < 12; t++) {
        double got = all.get(all.size() - 12 + t).doubleValue();
        assertThat(got).isCloseTo(own.get(t).doubleValue(), within(1e-4));
      }
      for (JsonNode l : all) {
        sum -= l.doubleValue();
      }
      assertThat(scored.get(i).fields().path("nll").doubleValue())
          .isCloseTo(sum / all.size(), within(1e-6));
    }
  }

  @Test
  void onlyTheCompletionIsScored() throws IOException {
    Path texts = in("{\"prompt\": \"1+2=?\", \"completion\": \"<answer>3</answer>\"}");
    JsonNode line =
        answers(Cli.run("score", "--model", model(), "--in", texts, "--out", out()))
            .getFirst()
            .fields();
    assertThat(line.path("logprobs")).hasSize(3);
  }

  @Test
  void aStopTextEndsACompletion() throws IOException {
    Path prompts = in("{\"prompt\": \"1+2=?\"}");
    JsonNode line =
        answers(
                Cli.run(
                    "generate",
                    "--model",
                    model(),
                    "--in",
                    prompts,
                    "--out",
                    out(),
                    "--max-new-tokens",
                    100,
                    "--stop",
                    "1",
                    "--stop",
                    "2",
                    "--stop",
                    "a"))
            .getFirst()
            .fields();
    assertThat(line.path("finish_reason").asString()).isIn("stop", "eos", "length");
    if (line.path("finish_reason").asString().equals("stop")) {
      assertThat(line.path("completion").asString()).containsAnyOf("1", "2", "a");
    }
  }

  @Test
  void textsBecomeIds() throws IOException {
    Path directory = Fixtures.require("tokenizers/llama3_style");
    Path texts = in("{\"text\": \" had\"}");
    JsonNode plain =
        answers(
                Cli.run(
                    "tokenize",
                    "--model",
                    directory,
                    "--in",
                    texts,
                    "--out",
                    out(),
                    "--no-special"))
            .getFirst()
            .fields()
            .path("ids");
    JsonNode special =
        answers(Cli.run("tokenize", "--model", directory, "--in", texts, "--out", out()))
            .getFirst()
            .fields()
            .path("ids");
    assertThat(special.size()).isEqualTo(plain.size() + 1);
  }

  @Test
  void theRealCheckpointWritesTheFixturesTextWordForWord() throws IOException {
    Path directory = Fixtures.require("models/stories260k");
    JsonNode greedy = Json.readObject(directory.resolve("reference.json")).path("greedy");
    for (JsonNode c : greedy) {
      String prompt = c.path("prompt").asString();
      ObjectNode line = Json.MAPPER.createObjectNode().put("prompt", prompt);
      Path prompts = in(Json.line(line));
      JsonNode answer =
          answers(
                  Cli.run(
                      "generate",
                      "--model",
                      directory,
                      "--in",
                      prompts,
                      "--out",
                      out(),
                      "--temperature",
                      0,
                      "--max-new-tokens",
                      c.path("continuation").size()))
              .getFirst()
              .fields();
      assertThat(prompt + answer.path("completion").asString())
          .isEqualTo(c.path("text").asString());
    }
  }

  @Test
  void evaluateEndsWithJson() {
    Cli cli =
        Cli.run(
            "evaluate",
            "--model",
            model(),
            "--task",
            "chain-sums",
            "--problems",
            4,
            "--samples",
            8,
            "--max-new-tokens",
            8);
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode json = Json.MAPPER.readTree(cli.lastLine());
    assertThat(json.has("accuracy")).isTrue();
    assertThat(json.path("accuracy_ci95")).hasSize(2);
    assertThat(json.has("pass_at_8")).isTrue();
    assertThat(json.has("maj_at_8")).isTrue();
  }

  private Cli evaluate(Object... more) {
    List<Object> words = new ArrayList<>(List.of("evaluate", "--model", model()));
    words.addAll(List.of("--problems", 2, "--samples", 1, "--max-new-tokens", 2));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chainSums",
        "chain-sums",
        "{chainSums: {minTerms: 4, maxTerms: 5}}",
        "{kind: chainSums, maxTerms: 5}",
      })
  void tasksAreNamedAsInRecipes(String task) {
    Cli cli = evaluate("--task", task);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(Json.MAPPER.readTree(cli.lastLine()).path("problems").asInt()).isEqualTo(2);
  }

  @Test
  void allProblemsOfAFileArePosedWithTheSettingsOfItsKind() throws IOException {
    Path data = folder.resolve("math.jsonl");
    Files.writeString(data, "{\"problem\": \"1+1=\", \"solution\": \"2\"}\n".repeat(1));
    Cli cli = evaluate("--task", "{math: {answerColumn: solution}}", "--data", data);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(Json.MAPPER.readTree(cli.lastLine()).path("problems").asInt()).isEqualTo(1);
  }

  @Test
  void aTaskThatIsNoneIsNamedWithThoseThatAre() {
    Cli cli = evaluate("--task", "chess");
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .contains(
            "tesuji: option --task: unknown kind 'chess' of 'task' (known: gsm8k, jsonl, math,"
                + " code, humaneval, mbpp, livecodebench, mcp, openEnv, mixture, java, chainSums,"
                + " calculator, pebble, countdown, wordProblems, constrainedTexts, world, wordle, 2048, cellar,"
                + " ticTacToe, library, debugger)");
  }

  @Test
  void theSchemaOfRecipesIsPrinted() {
    Cli cli = Cli.run("schema", "--sources", Fixtures.checkout());
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(Json.MAPPER.readTree(cli.out()).at("/definitions/RlSettings").isObject()).isTrue();
    Cli elsewhere = Cli.run("schema", "--sources", folder);
    assertThat(elsewhere.status()).isEqualTo(2);
    assertThat(elsewhere.err()).contains("holds no sources");
  }

  private Cli testTime(Object... more) {
    List<Object> words = new ArrayList<>(List.of("testtime", "--model", model()));
    words.addAll(List.of("--task", "chain-sums", "--problems", 3, "--samples", 2));
    words.addAll(List.of("--max-new-tokens", 8, "--budgets", "2,4", "--out", folder));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @Test
  void testTimeWritesItsNumbersAndOnePage() throws IOException {
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"trained\":8,\"num_tokens\":100,\"accuracy\":0.5}\n");
    Cli cli = testTime("--before", model(), "--run", folder, "--extensions", 1);
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode json = Json.readObject(folder.resolve("testtime.json"));
    assertThat(json.path("models").path(0).path("name").asString()).isEqualTo("before");
    assertThat(json.path("models").path(1).path("methods")).hasSize(4);
    assertThat(json.path("models").path(1).path("methods").path(2).path("points")).hasSize(2);
    assertThat(json.path("training").path(0).path("points").path(0).path("accuracy").asDouble())
        .isEqualTo(0.5);
    assertThat(Files.readString(folder.resolve("testtime.html")))
        .contains("\"method\":\"majority\"")
        .doesNotContain("src=\"http");
  }

  @Test
  void testTimeSaysWhatItCannotDo() {
    assertThat(testTime("--run", folder.resolve("none")).err())
        .contains("none: holds no metrics.jsonl; --run must name the directory of a run");
    assertThat(testTime("--wait-word", "待").err())
        .contains("waitWord must be a text that the model's tokenizer can write, got '待'");
    assertThat(testTime("--extensions", -1).err())
        .contains("option extensions must be at least 0, got -1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "train", "grpo"})
  void benchEndsWithJson(String what) {
    Cli cli = Cli.run("bench", what, "--shape", "tiny", "--runs", 1, "--json");
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode json = Json.MAPPER.readTree(cli.lastLine());
    String figure = what.equals("grpo") ? "seconds_per_step" : "tokens_per_second";
    assertThat(json.path(figure).doubleValue()).isPositive();
    assertThat(json.path("peak_memory_bytes").asLong()).isPositive();
    assertThat(json.path("dtype").asString()).isEqualTo("float32");
    assertThat(json.path("runs")).hasSize(1);
  }

  @Test
  void doctorLooksAtTheMachine() {
    Cli cli = Cli.run("doctor");
    assertThat(cli.status()).isZero();
    assertThat(cli.out()).contains("libtorch", "threads", "memory", "GFLOP/s");
  }
}
