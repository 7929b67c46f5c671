package dev.tesuji.recipe;

import dev.tesuji.json.Json;
import dev.tesuji.yaml.JsonSchema;
import dev.tesuji.yaml.Kinds;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Describes recipes, and comparisons of several, as JSON Schema, so that editors complete and
/// check them.
public final class RecipeSchema {
  private RecipeSchema() {}

  /// Returns the schema.
  ///
  /// @param kinds the kinds that recipes can name
  /// @param descriptions what settings are for
  public static ObjectNode of(Kinds kinds, JsonSchema.Descriptions descriptions) {
    JsonSchema schema = new JsonSchema(kinds, descriptions);
    ObjectNode recipe = schema.record(Recipe.class);
    ObjectNode changes = recipe.deepCopy();
    changes.remove("required");
    for (Map.Entry<String, Class<?>> kind : kinds.of(StageSettings.class).entrySet()) {
      changes.withObject("/properties").set(kind.getKey(), schema.value(kind.getValue()));
    }
    ObjectNode plan = (ObjectNode) schema.record(Comparison.Plan.class).path("properties");
    recipe.withObject("/properties").setAll(plan.deepCopy());
    ObjectNode comparison = changes.deepCopy();
    comparison.withObject("/properties").setAll(plan);
    comparison.withObject("/properties").putObject("base").put("type", "string");
    ObjectNode variants = comparison.withObject("/properties").putObject("variants");
    variants.put("type", "object");
    ObjectNode variant = variants.putObject("additionalProperties");
    variant.putArray("anyOf").addObject().put("$ref", "#/definitions/changes");
    variant.withArray("/anyOf").addObject().put("type", "null");

    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("$schema", "http://json-schema.org/draft-07/schema#");
    root.put("title", "A recipe of Tesuji, or a comparison of several");
    ObjectNode several = root.putObject("if");
    several.putArray("anyOf").addObject().putArray("required").add("base");
    several.withArray("/anyOf").addObject().putArray("required").add("variants");
    root.putObject("then").put("$ref", "#/definitions/comparison");
    root.putObject("else").put("$ref", "#/definitions/recipe");
    ObjectNode definitions = root.putObject("definitions");
    definitions.set("recipe", recipe);
    definitions.set("comparison", comparison);
    definitions.set("changes", changes);
    definitions.setAll(schema.definitions());
    return root;
  }
}
