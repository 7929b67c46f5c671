package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// What is wrong is said in one sentence, with status 2, and nothing is written.
class BadInputTest {
  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeAModel() {
    new NewModel(1, 16, 24, 2, 1, 128).create(model(), 3);
  }

  private static Path model() {
    return shared.resolve("model");
  }

  private static Path recipe(String name) {
    return Fixtures.checkout().resolve("recipes").resolve(name);
  }

  private void refused(Cli cli, String sentence) {
    assertThat(cli.err()).isEqualTo("tesuji: " + sentence + "\n");
    assertThat(cli.status()).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(folder.resolve("out.jsonl")).doesNotExist();
  }

  private Cli run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("run"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--out", folder.resolve("out")));
    return Cli.run(all.toArray());
  }

  private Cli rl(String... overrides) {
    List<Object> all = new ArrayList<>(List.of(recipe("r1-zero.yaml"), "model=" + model()));
    all.addAll(Arrays.asList(overrides));
    return run(all.toArray());
  }

  private Cli generate(Path directory, String line) throws IOException {
    Path in = Files.writeString(folder.resolve("in.jsonl"), line + "\n");
    return Cli.run(
        "generate", "--model", directory, "--in", in, "--out", folder.resolve("out.jsonl"));
  }

  @Test
  void recipes() {
    refused(run("none.yaml"), "none.yaml: no such recipe");
    refused(
        rl("rl.groupsize=8"),
        "rl.groupsize=8: unknown key 'groupsize' in 'rl' (did you mean 'groupSize'?)");
    refused(
        rl("rl.groupSize=1"),
        "stage 'rl': groupSize must be at least 2 (a completion is compared with the others of its"
            + " group), got 1");
    refused(
        rl("rl.sampling.temperature=0"),
        "stage 'rl': sampling.temperature must be above 0: greedy samples of a prompt are all the"
            + " same, got 0.0");
    refused(
        rl("rl.maxNewTokens=4000"),
        "stage 'rl': maxNewTokens must be below the 128 positions of the model"
            + " (max_position_embeddings), got 4000");
    refused(
        rl("dtype=float8"),
        "recipe: dtype must be one of float32, float16, bfloat16, float64, int64, int32, uint8, bool, got 'float8'");
    refused(
        rl("device=cuda:9"),
        "recipe: device must exist, got 'cuda:9' where no CUDA device answers (a GPU needs a build"
            + " with ./mvnw -Pcuda)");
  }

  @Test
  void models() throws IOException {
    Path none = folder.resolve("none");
    refused(rl("model=" + none), none + ": no such model directory");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refused(
        rl("model=" + empty),
        empty + ": has no config.json, so it is not a Hugging Face model directory");
    Path broken = copyOfModel();
    Path weights = broken.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    Cli cli = rl("model=" + broken);
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .startsWith("tesuji: " + weights + ": not a whole safetensors file: it is truncated");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private Path copyOfModel() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (var files = Files.list(model())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void unknownArchitectures() throws IOException {
    Path copy = copyOfModel();
    ObjectNode config = Json.readObject(copy.resolve("config.json"));
    config.put("model_type", "gpt2");
    Files.writeString(copy.resolve("config.json"), Json.pretty(config));
    Cli cli = generate(copy, "{\"prompt\": \"1\"}");
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .startsWith(
            "tesuji: "
                + copy.resolve("config.json")
                + ": architecture 'gpt2' is not known; Tesuji knows llama");
  }

  @Test
  void data() throws IOException {
    Path data = folder.resolve("data.jsonl");
    Object[] words = {recipe("gsm8k.yaml"), "model=" + model(), "data=" + data};
    refused(run(words), data + ": no such file");
    Files.writeString(data, "");
    refused(run(words), data + ": must have at least one line, got an empty file");
    Files.writeString(data, "{\"question\": \"q\", \"answer\": \"#### 1\"}\n{\"question\": 1}\n");
    refused(run(words), data + ":2: field 'question' must be text, got 1");
    Files.writeString(data, "{\"question\": \"q\", \"answer\": \"#### 1\"}\n{]\n");
    Cli cli = run(words);
    assertThat(cli.err()).startsWith("tesuji: " + data + ":2: not valid JSON");
    assertThat(cli.status()).isEqualTo(2);
  }

  @Test
  void longPromptsAreAnErrorUnlessTheRecipeSaysOtherwise() throws IOException {
    Path data = folder.resolve("data.jsonl");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      lines
          .append("{\"prompt\": \"")
          .append("1+".repeat(i == 4 ? 30 : 3))
          .append("1\", \"answer\": \"7\"}\n"); // not in the prompt: copying must not pay
    }
    Files.writeString(data, lines);
    Path heldOut = folder.resolve("held-out.jsonl");
    Files.writeString(
        heldOut,
        """
        {"prompt": "1+2", "answer": "7"}
        {"prompt": "1+3", "answer": "7"}
        """);
    List<Object> words =
        List.of(
            recipe("r1-zero.yaml"),
            "model=" + model(),
            "data=" + data,
            "task={jsonl: {heldOut: " + heldOut + "}}",
            "rl.maxNewTokens=8",
            "rl.steps=1",
            "evaluation.problems=2",
            "evaluation.maxNewTokens=8",
            "rl.prompts={maxTokens: 16}");
    refused(
        run(words.toArray()),
        data
            + ":5: the prompt has 61 tokens, the limit is 16; raise prompts.maxTokens (with"
            + " maxNewTokens at most the model's positions), or set prompts.policy to drop or"
            + " truncate");
    List<Object> drop = new ArrayList<>(words);
    drop.add("rl.prompts.policy=drop");
    Cli cli = run(drop.toArray());
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("1 prompts are longer than 16 tokens and were dropped or cut");
    assertThat(
            Json.readObject(folder.resolve("out").resolve("report.json"))
                .path("long_prompts")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void outputDirectories() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("notes.txt"), "mine");
    Cli cli = rl();
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .isEqualTo(
            "tesuji: " + out + ": must be an empty folder, or none yet; give another --out\n");
    assertThat(out.toFile().list()).containsExactly("notes.txt");
  }

  @Test
  void lines() throws IOException {
    Path in = folder.resolve("in.jsonl");
    refused(
        generate(model(), "nonsense"),
        in
            + ":1: not valid JSON (Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')): nonsense");
    refused(
        generate(model(), "{\"text\": \"x\"}"),
        in + ":1: needs 'prompt' (text) or 'input_ids' (a list of token ids)");
    refused(
        generate(model(), "{\"input_ids\": [1, 64]}"),
        in + ":1: token id must be from 0 to 63, got 64");
    refused(
        generate(model(), "{\"prompt\": \"\"}"),
        in + ":1: the prompt has no tokens; give it at least one");
    refused(
        generate(model(), "{\"prompt\": \"" + "1".repeat(128) + "\"}"),
        in + ":1: the prompt must be shorter than the model's 128 positions, got 128 tokens");
  }

  @Test
  void options() {
    Cli cli = Cli.run("generate", "--model", model(), "--in", "x", "--out", "y", "--top-p", "2");
    refused(cli, "option topP must be above 0 and at most 1 (1: off), got 2.0");
    Cli missing = Cli.run("generate", "--in", "x");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err())
        .isEqualTo(
            """
            tesuji: Missing required options: '--model=DIR', '--out=FILE'
            Try './tesuji generate --help'.
            """);
  }
}
