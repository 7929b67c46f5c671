package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.NewTokens;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Adds tokens to models.
@ExtendWith(LeakCheck.class)
class NewTokensTest {
  private static final NewTokens PLAN =
      new NewTokens(List.of("<plan>", "</plan>"), List.of("<|stop|>"));
  private static final List<String> MATRICES =
      List.of("model.embed_tokens.weight", "lm_head.weight");

  @TempDir private Path folder = Path.of("");
  private Path plain = Path.of("");
  private int rows;

  @BeforeEach
  void make() {
    plain = folder.resolve("plain");
    new NewModel(1, 8, 8, 2, 2, 32).create(plain, 5);
    rows = ConfigReader.read(plain).vocabularySize();
  }

  private static Map<String, Integer> convert(Path from, Path to, NewTokens tokens) {
    return ModelConverter.convert(
        from, to, new ModelConverter.Changes(null, ModelDirectory.SHARD_BYTES, tokens));
  }

  private static float[] read(Path directory, String name) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Tensor tensor = Tensor.empty(Dtype.FLOAT32, checkpoint.entry(name).shape().sizes());
      checkpoint.readInto(name, tensor);
      return tensor.toFloats();
    }
  }

  @Test
  void theirRowsAreTheMeanOfTheOthers() {
    Path longer = folder.resolve("longer");
    assertThat(convert(plain, longer, PLAN))
        .isEqualTo(Map.of("<plan>", rows, "</plan>", rows + 1, "<|stop|>", rows + 2));
    assertThat(ConfigReader.read(longer).vocabularySize()).isEqualTo(rows + 3);
    for (String name : MATRICES) {
      float[] before = read(plain, name);
      float[] after = read(longer, name);
      assertThat(after).hasSize((rows + 3) * 8).startsWith(before);
      for (int c = 0; c < 8; c++) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
          sum += before[8 * r + c];
        }
        for (int r = rows; r < rows + 3; r++) {
          assertThat((double) after[8 * r + c]).isCloseTo(sum / rows, within(1e-8));
        }
      }
    }
    String inside = "model.layers.0.mlp.down_proj.weight";
    assertThat(read(longer, inside)).isEqualTo(read(plain, inside));
  }

  @Test
  void theyAreReadAndWrittenAsOne() {
    Path longer = folder.resolve("longer");
    convert(plain, longer, PLAN);
    try (LoadedModel model = LoadedModel.load(longer, Dtype.FLOAT32, Device.CPU)) {
      Tokenizer tokenizer = model.requireTokenizer();
      int[] ids = tokenizer.encode("<plan>1</plan><|stop|>");
      assertThat(ids).startsWith(rows).endsWith(rows + 1, rows + 2).hasSize(4);
      assertThat(tokenizer.decode(ids)).isEqualTo("<plan>1</plan>");
      assertThat(tokenizer.decodeWithSpecials(ids)).isEqualTo("<plan>1</plan><|stop|>");
    }
  }

  @Test
  void whatIsThereAlreadyStaysAsItIs() {
    Path longer = folder.resolve("longer");
    Path again = folder.resolve("again");
    convert(plain, longer, PLAN);
    NewTokens more = new NewTokens(List.of("<plan>", "<tool>"), List.of());
    assertThat(convert(longer, again, more)).isEqualTo(Map.of("<tool>", rows + 3));
    assertThat(ConfigReader.read(again).vocabularySize()).isEqualTo(rows + 4);
  }

  @Test
  void rowsThatNoTokenHadAreUsedFirst() throws IOException {
    Path spare = folder.resolve("spare");
    Path used = folder.resolve("used");
    convert(plain, spare, PLAN);
    Files.copy(
        plain.resolve("tokenizer.json"),
        spare.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(convert(spare, used, new NewTokens(List.of("<tool>"), List.of())))
        .isEqualTo(Map.of("<tool>", rows));
    assertThat(ConfigReader.read(used).vocabularySize()).isEqualTo(rows + 3);
    assertThat(read(used, "lm_head.weight")).isEqualTo(read(spare, "lm_head.weight"));
  }

  @Test
  void oneTextIsOneToken() {
    assertThatThrownBy(() -> new NewTokens(List.of("<plan>"), List.of("<plan>")))
        .hasMessage("new tokens must be texts, each once, got '<plan>'");
    assertThatThrownBy(() -> new NewTokens(List.of(" "), List.of()))
        .hasMessage("new tokens must be texts, each once, got ' '");
  }
}
