package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.nn.ConfigReader;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Adds tokens by the command line and by a recipe.
class NewTokensTest {
  private static final String RECIPE =
      """
      name: longer
      model: {path: MODEL, addTokens: [<plan>], addSpecialTokens: [<|stop|>]}
      LORA
      task: {chainSums: {}}
      evaluation: {problems: 2, maxNewTokens: 4}
      stages:
        - sft: {data: texts.jsonl, steps: 2, batchSize: 2}
      """;

  @TempDir private Path folder = Path.of("");
  private int rows;

  @BeforeEach
  void make() throws IOException {
    new NewModel(1, 16, 24, 2, 1, 128).create(model(), 3);
    rows = ConfigReader.read(model()).vocabularySize();
    String text = "{\"prompt\": \"1+2=?\", \"completion\": \"<plan>3\"}";
    Files.write(folder.resolve("texts.jsonl"), List.of(text, text));
  }

  private Path model() {
    return folder.resolve("model");
  }

  private Path recipe(String lora) throws IOException {
    String filled = RECIPE.replace("MODEL", "model").replace("LORA\n", lora);
    return Files.writeString(folder.resolve("recipe.yaml"), filled);
  }

  @Test
  void convertAddsThem() {
    Path out = folder.resolve("out");
    Cli cli = Cli.run("convert", "--model", model(), "--out", out, "--add-token", "<plan>");
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("added token " + rows + ": <plan>");
    assertThat(ConfigReader.read(out).vocabularySize()).isEqualTo(rows + 1);
  }

  @Test
  void aRunAddsThemBeforeItsFirstStage() throws IOException {
    Path out = folder.resolve("run");
    Cli cli = Cli.run("run", recipe(""), "--out", out);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.err() + cli.out()).contains("longer: added 2 tokens to ");
    for (String made : List.of("initial", "sft")) {
      Path saved = out.resolve("models").resolve(made);
      assertThat(ConfigReader.read(saved).vocabularySize()).isEqualTo(rows + 2);
    }
  }

  @Test
  void aDryRunKnowsThem() throws IOException {
    String lora = "lora: {rank: 2, targetModules: [all-linear]}\n";
    Cli cli = Cli.run("run", recipe(lora), "--dry-run");
    assertThat(cli.status()).as(cli.err() + cli.out()).isZero();
    assertThat(cli.out()).contains("Note: the rows of the new tokens stay the mean of the others");
    String saved = lora.replace("}", ", modulesToSave: [embed_tokens, lm_head]}");
    cli = Cli.run("run", recipe(saved), "--dry-run");
    assertThat(cli.out()).doesNotContain("the rows of the new tokens");
  }
}
