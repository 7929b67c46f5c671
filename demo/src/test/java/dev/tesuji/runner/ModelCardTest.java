package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.demo.Recipes;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings.Product;
import dev.tesuji.runner.ModelCard.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The card beside a trained model.
class ModelCardTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  private String card(Path model, JsonNode after) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: sums
            seed: 7
            model: %s
            task: chainSums
            stages: [{sft: {name: sft, data: x.jsonl, epochs: 1}}]
            """
                .formatted(model));
    Recipe recipe = Recipes.READER.read(file, List.of());
    JsonNode made = json("{'name': 'sft', 'kind': 'sft', 'steps': 12}");
    JsonNode before =
        json("{'accuracy': 0.186, 'accuracy_ci95': [0.15, 0.2234], 'response_length': 57}");
    new ModelCard(recipe, "chainSums", model)
        .write(folder, Product.POLICY, new Numbers(made, before, after));
    return Files.readString(folder.resolve("README.md"));
  }

  @Test
  void theHeaderHasTheBaseAndTheResult() throws IOException {
    JsonNode after =
        json(
            "{'problems': 256, 'samples': 8, 'accuracy': 0.8221, 'accuracy_ci95': [0.79, 0.85],"
                + " 'response_length': 29.25}");
    String card = card(Path.of("/c/models--org--base/snapshots/" + COMMIT), after);
    assertThat(card)
        .startsWith(
            """
            ---
            library_name: transformers
            base_model: org/base
            pipeline_tag: text-generation
            tags:
            - tesuji
            - reasoning
            model-index:
            - name: "sums-sft"
              results:
              - task:
                  type: text-generation
                dataset:
                  type: "chainSums"
                  name: "chainSums, held-out problems"
                metrics:
                - type: accuracy
                  name: "accuracy (pass@1) [0.790, 0.850]"
                  value: 0.822
            ---

            # sums-sft

            Trained with Tesuji: stage `sft` (sft, 12 steps) of the recipe `sums`, seed 7, from \
            [org/base](https://huggingface.co/org/base).
            """)
        .contains("256 held-out problems of `chainSums`, 8 samples each; 95 % intervals")
        .contains("| accuracy (pass@1) | 0.186 [0.150, 0.223] | 0.822 [0.790, 0.850] |")
        .contains("| response length (tokens) | 57.0 | 29.3 |")
        .contains("model:\n  path: \"hf://org/base@" + COMMIT + "\"");
  }

  @Test
  void aModelThatWasNotEvaluatedHasNoResults() throws IOException {
    String card = card(Path.of("/models/mine"), MissingNode.getInstance());
    assertThat(card)
        .contains("from `mine`.")
        .contains("## Recipe")
        .doesNotContain("model-index")
        .doesNotContain("base_model")
        .doesNotContain("## Results");
  }
}
