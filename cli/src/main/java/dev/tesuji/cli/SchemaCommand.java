package dev.tesuji.cli;

import dev.tesuji.json.Json;
import dev.tesuji.recipe.RecipeSchema;
import dev.tesuji.yaml.JsonSchema;
import dev.tesuji.yaml.SourceDescriptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints the schema of recipes.
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Prints the JSON Schema of recipes, with which editors complete and check them.",
    description = {
      "",
      "recipes/recipe.schema.json is its output. A recipe of your own names it in its first line:",
      "  # yaml-language-server: $schema=recipe.schema.json",
      "",
      "  ./tesuji schema --sources . > recipes/recipe.schema.json",
      ""
    })
final class SchemaCommand implements Runnable {
  @Option(
      names = "--sources",
      paramLabel = "DIR",
      description =
          "A checkout of Tesuji, from whose comments the descriptions of settings are taken."
              + " Default: no descriptions.")
  @Nullable Path sources;

  @Override
  public void run() {
    JsonSchema.Descriptions descriptions =
        sources == null ? JsonSchema.Descriptions.NONE : new SourceDescriptions(sources);
    System.out.println(Json.pretty(RecipeSchema.of(Kit.REGISTRY.kinds(), descriptions)));
  }
}
