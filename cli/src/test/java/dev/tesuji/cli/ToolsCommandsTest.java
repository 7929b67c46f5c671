package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ToolsCommandsTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void makeAModel() {
    new NewModel(2, 32, 48, 2, 1, 128).create(model(), 3);
  }

  private Path model() {
    return folder.resolve("model");
  }

  private static Cli good(Object... arguments) {
    Cli cli = Cli.run(arguments);
    assertThat(cli.status()).as(cli.err()).isZero();
    return cli;
  }

  private static void refused(Cli cli, String sentence) {
    assertThat(cli.err()).isEqualTo("tesuji: " + sentence + "\n");
    assertThat(cli.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "convert"})
  void everyToolTeachesItself(String command) {
    assertThat(good(command, "--help").out())
        .contains("Usage: tesuji " + command)
        .doesNotContain("${");
  }

  @Test
  void inspectCountsTheWeightsOfEachSection() {
    // V = 64, C = 32, I = 48, L = 2, H = 2, K = 1, D = 16
    assertThat(good("inspect", model()).out().lines())
        .contains(
            "family           llama",
            "layers           2 of width 32",
            "attention        2 heads, 1 for keys and values, of dimension 16",
            "rope             theta 10000.0, scaling none",
            "positions        128",
            "vocabulary       64 rows",
            "embedding        2,048 (10.4 %)", // V C
            "attention        6,144 (31.3 %)", // L (2 H D C + 2 K D C)
            "feed-forward     9,216 (47.0 %)", // L 3 I C
            "norms            160 (0.8 %)", // (2 L + 1) C
            "head             2,048 (10.4 %)", // V C
            "weights          19,616",
            "types            19,616 in float32",
            "size             78,464 bytes in 1 file");
  }

  @Test
  void inspectSaysWhatAUserMayStumbleOver() throws IOException {
    Path config = model().resolve("tokenizer_config.json");
    ObjectNode tokenizer = Json.readObject(config);
    tokenizer.put("pad_token", "<eos>").put("bos_token", "<bos>").put("chat_template", "{{ x }}");
    Files.writeString(config, Json.pretty(tokenizer));
    assertThat(good("inspect", model()).out().lines())
        .contains(
            "fits config      yes",
            "chat template    yes",
            "end tokens       [1]",
            "special token    1 <eos> (eos_token, pad_token)",
            "note             pad equals eos: fine here, masks come from lengths",
            "note             bos_token is '<bos>', which is no special token");
  }

  @Test
  void inspectNamesWeightsThatDoNotFit() throws IOException {
    Path config = model().resolve("config.json");
    ObjectNode json = Json.readObject(config).put("num_hidden_layers", 3);
    Files.writeString(config, Json.pretty(json));
    assertThat(good("inspect", model()).out())
        .contains(
            "fits config      no: " + model() + ": weights do not match config.json: 9 missing");
  }

  @Test
  void inspectShowsATextTokenByToken() {
    assertThat(good("inspect", model(), "--text", "1+2=3\n").out().lines())
        .containsSubsequence(
            "text             6 tokens",
            "token            8 '1'",
            "token            17 '+'",
            "token            9 '2'",
            "token            10 '3'",
            "token            25 '\\n'");
  }

  @Test
  void inspectDescribesADataFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("data.jsonl"), "{\"prompt\": \"1+1=\", \"completion\": \"2\"}\n");
    assertThat(good("inspect", file).out()).contains("prompt_completion, plain").contains("1+1=");
  }

  @Test
  void inspectWantsAModelDirectory() {
    Path none = folder.resolve("none");
    refused(Cli.run("inspect", none), none + ": no such model directory");
  }

  @Test
  void aConvertedModelWritesTheSameText() throws IOException {
    Path out = folder.resolve("out");
    assertThat(good("convert", "--model", model(), "--out", out, "--shard-size", "10KB").out())
        .isEqualTo("wrote " + out + "\n");
    assertThat(out.resolve("model.safetensors.index.json")).exists();
    assertThat(Json.readObject(out.resolve("tokenizer.json")))
        .isEqualTo(Json.readObject(model().resolve("tokenizer.json")));
    assertThat(answer(out)).isEqualTo(answer(model()));
  }

  private String answer(Path model) throws IOException {
    Path in = Files.writeString(folder.resolve("in.jsonl"), "{\"prompt\": \"1+2=?\"}\n");
    Path out = folder.resolve("out.jsonl");
    good(
        "generate",
        "--model",
        model,
        "--in",
        in,
        "--out",
        out,
        "--max-new-tokens",
        20,
        "--temperature",
        0);
    return Files.readString(out);
  }

  @Test
  void convertRefusesWhatItCannotDo() {
    Path out = folder.resolve("out");
    refused(
        Cli.run("convert", "--model", model(), "--out", out, "--dtype", "int8"),
        "--dtype must be float32, bfloat16 or float16, got 'int8'");
    refused(
        Cli.run("convert", "--model", model(), "--out", out, "--shard-size", "much"),
        "--shard-size must be a size such as 500MB or 2GB, got 'much'");
    refused(
        Cli.run("convert", "--model", model(), "--out", model()),
        model() + ": must be empty or not exist yet, so that nothing is overwritten");
    assertThat(out).doesNotExist();
  }
}
