package dev.tesuji.runner;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.hub.Address;
import dev.tesuji.hub.HubPaths;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The card of a trained model, `README.md` beside its weights, as the hub shows it: what it was
/// made from and how, and what it can do, with 95 % intervals.
///
/// The header names a base and data by their names on the hub, which it links; paths of this
/// machine would say nothing to others and stay out of it.
///
/// @param recipe the recipe of the run
/// @param task the name of the task
/// @param start the model that the run began with
record ModelCard(Recipe recipe, String task, Path start) {
  private static final Map<String, String> METRICS = new LinkedHashMap<>();

  static {
    METRICS.put("accuracy", "accuracy (pass@1)");
    METRICS.put("pass_at_8", "pass@8");
    METRICS.put("maj_at_8", "maj@8");
  }

  /// The numbers of a model.
  ///
  /// @param made what the stage came to
  /// @param before the evaluation before training
  /// @param after the evaluation of this model; missing where it was not evaluated
  record Numbers(JsonNode made, JsonNode before, JsonNode after) {}

  /// Writes the card of the model that a stage made.
  ///
  /// @param directory the model's directory
  /// @throws dev.tesuji.check.BadInput when it cannot be written
  void write(Path directory, Product product, Numbers numbers) {
    String name = recipe.name() + "-" + numbers.made().path("name").asString("");
    List<String> lines = new ArrayList<>();
    header(lines, name, product, numbers.after());
    lines.add("# " + name);
    lines.add("");
    lines.add(
        "Trained with Tesuji: stage `"
            + numbers.made().path("name").asString("")
            + "` ("
            + numbers.made().path("kind").asString("")
            + ", "
            + numbers.made().path("steps").asInt()
            + " steps) of the recipe `"
            + recipe.name()
            + "`, seed "
            + recipe.seed()
            + ", from "
            + base()
            + ".");
    lines.add("");
    results(lines, numbers);
    lines.add("## Recipe");
    lines.add("");
    lines.add("```yaml");
    HubPaths.named(recipe.toYaml()).strip().lines().forEach(lines::add);
    lines.add("```");
    SafeFiles.replace(directory.resolve("README.md"), String.join("\n", lines) + "\n");
  }

  private String base() {
    Path given = recipe.modelDirectory();
    Path from = given == null ? start : given;
    Optional<Address> origin = HubPaths.origin(from);
    return given == null
        ? "a new model of random weights"
        : origin
            .map(a -> "[" + a.id() + "](https://huggingface.co/" + a.id() + ")")
            .orElse("`" + from.getFileName() + "`");
  }

  private void header(List<String> lines, String name, Product product, JsonNode after) {
    lines.add("---");
    lines.add("library_name: " + (recipe.lora() == null ? "transformers" : "peft"));
    Optional.ofNullable(recipe.modelDirectory())
        .flatMap(HubPaths::origin)
        .ifPresent(a -> lines.add("base_model: " + a.id()));
    Path data = recipe.data();
    Optional.ofNullable(data)
        .flatMap(HubPaths::origin)
        .ifPresent(a -> {
          lines.add("datasets:");
          lines.add("- " + a.id());
        });
    boolean writes = product == Product.POLICY;
    lines.add("pipeline_tag: " + (writes ? "text-generation" : "text-classification"));
    lines.add("tags:");
    lines.add("- tesuji");
    lines.add("- " + (writes ? "reasoning" : "reward-model"));
    if (after.path("problems").asInt() > 0) {
      lines.add("model-index:");
      lines.add("- name: " + quoted(name));
      lines.add("  results:");
      lines.add("  - task:");
      lines.add("      type: text-generation");
      lines.add("    dataset:");
      lines.add("      type: " + quoted(task));
      lines.add("      name: " + quoted(task + ", held-out problems"));
      lines.add("    metrics:");
      METRICS.forEach((key, words) -> {
        if (after.path(key).isNumber()) {
          lines.add("    - type: " + key);
          lines.add("      name: " + quoted(words + interval(after, key)));
          lines.add("      value: " + number(after.path(key)));
        }
      });
    }
    lines.add("---");
    lines.add("");
  }

  private void results(List<String> lines, Numbers numbers) {
    JsonNode after = numbers.after();
    if (after.path("problems").asInt() == 0) {
      return;
    }
    lines.add("## Results");
    lines.add("");
    lines.add(
        after.path("problems").asInt()
            + " held-out problems of `"
            + task
            + "`, "
            + after.path("samples").asInt()
            + " samples each; 95 % intervals over problems.");
    lines.add("");
    lines.add("| | before training | this model |");
    lines.add("|---|---|---|");
    METRICS.forEach((key, words) -> {
      if (after.path(key).isNumber()) {
        lines.add(
            "| " + words + " | " + cell(numbers.before(), key) + " | " + cell(after, key) + " |");
      }
    });
    lines.add(
        String.format(
            Locale.ROOT,
            "| response length (tokens) | %.1f | %.1f |",
            numbers.before().path("response_length").asDouble(),
            after.path("response_length").asDouble()));
    lines.add("");
  }

  private static String cell(JsonNode found, String key) {
    return found.path(key).isNumber() ? number(found.path(key)) + interval(found, key) : "";
  }

  private static String interval(JsonNode found, String key) {
    JsonNode ends = found.path(key + "_ci95");
    return ends.size() == 2 ? " [" + number(ends.get(0)) + ", " + number(ends.get(1)) + "]" : "";
  }

  private static String number(JsonNode value) {
    return String.format(Locale.ROOT, "%.3f", value.asDouble());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
