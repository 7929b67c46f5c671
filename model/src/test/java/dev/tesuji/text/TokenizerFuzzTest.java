package dev.tesuji.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.input.Json;
import dev.tesuji.input.Ordeal;
import dev.tesuji.tensor.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Reads broken tokenizers; those that are accepted turn texts into ids that a model has rows for,
/// and ids into texts.
class TokenizerFuzzTest {
  private static final int CASES = 2000;
  private static final String TEXT =
      "Natalia sold 48/2 = 24 clips; it's   <|im_start|>à la carte\n\n世界 🦙 <|endoftext|>";

  @TempDir private Path folder = Path.of("");

  @Test
  void aBrokenTokenizerReadsTextOrIsRefusedInASentence() throws Exception {
    List<ObjectNode> whole = new ArrayList<>();
    whole.add(Json.readObject(Fixtures.checkout().resolve("models/base/tokenizer.json")));
    for (Path style : Fixtures.list("tokenizers")) {
      if (Files.exists(style.resolve("tokenizer.json"))) {
        whole.add(Json.readObject(style.resolve("tokenizer.json")));
      }
    }
    Path file = folder.resolve("tokenizer.json");
    try (Ordeal ordeal = new Ordeal(folder)) {
      ordeal.run(
          CASES,
          mutations -> {
            Files.write(file, mutations.jsonFile(whole.get(mutations.below(whole.size()))));
            return new Ordeal.Trial(Files.size(file), () -> use(folder));
          });
      ordeal.requireBoth();
    }
  }

  private static void use(Path directory) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      int[] ids = tokenizer.encodeWithSpecials(TEXT);
      for (int id : ids) {
        assertThat(id).isBetween(0, tokenizer.vocabularySize() - 1);
      }
      tokenizer.decode(ids);
      tokenizer.decodeWithSpecials(new int[] {0, tokenizer.vocabularySize() - 1, 1_000_000_000});
    }
  }
}
