package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.RecipeSchema;
import dev.tesuji.yaml.JsonSchema;
import dev.tesuji.yaml.SourceDescriptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/// The schema of recipes, as editors use it.
class RecipeSchemaTest {
  private static final Path RECIPES = Fixtures.checkout().resolve("recipes");
  private static final String FIRST_LINE = "# yaml-language-server: $schema=recipe.schema.json\n";

  private static JsonNode schema() throws IOException {
    return Json.MAPPER.readTree(Files.readString(RECIPES.resolve("recipe.schema.json")));
  }

  private static JsonNode yaml(String text) {
    Object loaded = new Load(LoadSettings.builder().build()).loadFromString(text);
    return Json.MAPPER.valueToTree(loaded);
  }

  static Stream<Path> recipes() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @Test
  void theSchemaThatIsCommittedIsThatOfTheRecords() throws IOException {
    JsonNode made =
        RecipeSchema.of(
            Demonstrations.REGISTRY.kinds(), new SourceDescriptions(Fixtures.checkout()));
    assertThat(schema())
        .as("stale: ./tesuji schema --sources . > recipes/recipe.schema.json")
        .isEqualTo(Json.MAPPER.readTree(Json.line(made)));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeOfOursNamesTheSchemaAndFitsIt(Path recipe) throws IOException {
    String text = Files.readString(recipe);
    assertThat(text).startsWith(FIRST_LINE);
    assertThat(Validator.problems(schema(), yaml(text))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name: a | must have stages",
        "{task: chainSums, stages: []} | must have name",
        "{name: a, task: chess, stages: []} | /task",
        "{name: a, task: {chainSums: {maxTerm: 3}}, stages: []} | /task",
        "{name: a, task: chainSums, sead: 1, stages: []} | /sead is unknown",
        "{name: a, task: chainSums, stages: [{rl: {groupSize: four}}]} | /stages/0",
        "{name: a, task: chainSums, stages: [{rl: {grpo: {loss: ppo}}}]} | /stages/0",
        "{name: a, task: chainSums, stages: [], rl: {steps: 3}} | /rl is unknown",
        "{base: a.yaml, variants: {x: {rl: {stesp: 3}}}} | /variants/x"
      })
  void mistakesAreFound(String recipe, String problem) throws IOException {
    assertThat(Validator.problems(schema(), yaml(recipe)))
        .anySatisfy(p -> assertThat(p).contains(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{name: a, task: {kind: java, class: com.acme.Riddles, level: 2}, stages: []}",
        "{name: a, task: chainSums, stages: [{sft: {data: a.jsonl}}, {sft: {data: [{world: 3}]}}]}",
        "{name: a, task: {kind: chainSums, maxTerms: 6}, stages: [{rl: {reMax: }}]}",
        "{base: a.yaml, seeds: [1, 2], variants: {x: , y: {rl: {rloo: {}}}}}"
      })
  void allFormsThatTheReaderTakesFit(String recipe) throws IOException {
    assertThat(Validator.problems(schema(), yaml(recipe))).isEmpty();
  }

  @Test
  void settingsAreDescribedAndHaveTheirDefaults() throws IOException {
    JsonNode steps = schema().at("/definitions/RlSettings/properties/groupSize");
    assertThat(steps.path("description").asString()).isEqualTo("G, completions per prompt");
    assertThat(steps.path("default").asInt()).isEqualTo(8);
    JsonNode without =
        RecipeSchema.of(Demonstrations.REGISTRY.kinds(), JsonSchema.Descriptions.NONE);
    assertThat(without.at("/definitions/RlSettings/properties/groupSize").has("description"))
        .isFalse();
  }

  /// As much of JSON Schema's draft 7 as the schema uses.
  private record Validator(JsonNode root, List<String> problems) {
    static List<String> problems(JsonNode schema, JsonNode value) {
      Validator validator = new Validator(schema, new ArrayList<>());
      validator.check(schema, value, "");
      return validator.problems();
    }

    private boolean fits(JsonNode schema, JsonNode value) {
      return problems(schema, value, "").isEmpty();
    }

    private List<String> problems(JsonNode schema, JsonNode value, String at) {
      Validator inner = new Validator(root, new ArrayList<>());
      inner.check(schema, value, at);
      return inner.problems();
    }

    private void check(JsonNode schema, JsonNode value, String at) {
      if (schema.has("$ref")) {
        check(root.at(schema.path("$ref").asString("").substring(1)), value, at);
      }
      if (schema.has("type") && !isOf(schema.path("type"), value)) {
        problems.add(at + " must be of type " + schema.path("type") + ", got " + value);
      }
      if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
        problems.add(at + " must be one of " + schema.path("enum") + ", got " + value);
      }
      if (schema.has("const") && !schema.path("const").equals(value)) {
        problems.add(at + " must be " + schema.path("const") + ", got " + value);
      }
      if (schema.has("anyOf")
          && schema.path("anyOf").valueStream().noneMatch(s -> fits(s, value))) {
        problems.add(at + " fits none of its forms, got " + value);
      }
      if (schema.has("if")) {
        check(schema.path(fits(schema.path("if"), value) ? "then" : "else"), value, at);
      }
      if (value.isObject()) {
        object(schema, value, at);
      } else if (value.isArray() && schema.has("items")) {
        for (int i = 0; i < value.size(); i++) {
          check(schema.path("items"), value.get(i), at + "/" + i);
        }
      }
    }

    private void object(JsonNode schema, JsonNode value, String at) {
      for (JsonNode key : schema.path("required")) {
        if (!value.has(key.asString(""))) {
          problems.add(at + " must have " + key.asString(""));
        }
      }
      for (var e : value.properties()) {
        JsonNode known = schema.path("properties").path(e.getKey());
        JsonNode others = schema.path("additionalProperties");
        if (!known.isMissingNode()) {
          check(known, e.getValue(), at + "/" + e.getKey());
        } else if (others.isBoolean() && !others.asBoolean()) {
          problems.add(at + "/" + e.getKey() + " is unknown");
        } else if (others.isObject()) {
          check(others, e.getValue(), at + "/" + e.getKey());
        }
      }
    }

    private static boolean isOf(JsonNode types, JsonNode value) {
      return types.isArray()
          ? types.valueStream().anyMatch(t -> isOf(t, value))
          : switch (types.asString("")) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("type " + types);
          };
    }
  }
}
