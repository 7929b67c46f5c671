package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.SftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataColumnsTest {
  @TempDir private Path folder = Path.of("");

  private Recipe read(String columns, String... overrides) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: test
            model: some/model
            task: chainSums
            data: data/train-*.parquet
            stages:
              - sft:
                  columns: %s
            """
                .formatted(columns));
    return Recipes.read(file, List.of(overrides));
  }

  private static SftSettings sft(Recipe recipe) {
    return (SftSettings) recipe.stages().getFirst();
  }

  @Test
  void aRecipeNamesColumns() throws IOException {
    Recipe recipe = read("{prompt: question}", "sft.columns.completion=answer");
    assertThat(recipe.data()).isEqualTo(folder.resolve("data/train-*.parquet"));
    assertThat(sft(recipe).columns().prompt()).isEqualTo("question");
    assertThat(sft(recipe).columns().completion()).isEqualTo("answer");
    assertThat(sft(recipe).columns().chosen()).isEqualTo("chosen");
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
  }

  @Test
  void misspeltColumnsAreNamed() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read("{promt: question}"))
        .withMessage(
            folder.resolve("recipe.yaml")
                + ":7: unknown key 'promt' in 'columns' (did you mean 'prompt'?)");
  }
}
