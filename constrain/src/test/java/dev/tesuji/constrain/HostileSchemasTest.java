package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.tesuji.check.BadInput;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Schemas that are written to hurt: compiled within limits, or refused by name, soon.
class HostileSchemasTest {
  private static final Duration SOON =
      Duration.ofSeconds(20); // on a machine that does other things
  private static final TokenTrie BYTES = TokenTrie.of(Vocabularies.bytes());

  private static void refused(String schema, String message) {
    assertTimeout(
        SOON,
        () ->
            assertThatThrownBy(() -> Grammar.jsonSchema(schema))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message));
  }

  private static Grammar compiled(String schema) {
    return assertTimeout(
        SOON,
        () -> {
          Grammar grammar = Grammar.jsonSchema(schema);
          RandomTexts.draw(grammar, BYTES, new Random(1), 200);
          return grammar;
        });
  }

  private static String repeated(String part, int times, String separator) {
    return IntStream.range(0, times)
        .mapToObj(i -> part.replace("#i", Integer.toString(i)))
        .collect(Collectors.joining(separator));
  }

  @Test
  void deepNestingIsCompiledOrRefused() {
    compiled("{\"items\": ".repeat(150) + "{\"type\": \"null\"}" + "}".repeat(150));
    refused("{\"items\": ".repeat(100_000) + "{}" + "}".repeat(100_000), "the schema must be JSON");
    refused("[".repeat(100_000), "the schema must be JSON");
    refused("{\"allOf\": [".repeat(200) + "{}" + "]}".repeat(200), "the schema at ");
  }

  @Test
  void tenThousandValuesAreCompiled() {
    Grammar grammar =
        compiled("{\"enum\": [" + repeated("\"value number #i\"", 10_000, ",") + "]}");
    assertThat(GrammarTest.accepts(grammar, "\"value number 9999\"")).isTrue();
    assertThat(GrammarTest.accepts(grammar, "\"value number 10000\"")).isFalse();
  }

  @Test
  void manyMembersAreCompiledOrRefused() {
    Grammar grammar =
        compiled(
            "{\"properties\": {"
                + repeated("\"member#i\": {\"type\": \"null\"}", 1_000, ",")
                + "}}");
    assertThat(GrammarTest.accepts(grammar, "{\"member3\":null,\"member999\":null}")).isTrue();
    assertThat(GrammarTest.accepts(grammar, "{\"member999\":null,\"member3\":null}")).isFalse();
    refused(
        "{\"properties\": {" + repeated("\"member#i\": {}", 50_000, ",") + "}}", "must be smaller");
  }

  @Test
  void aReferenceWithoutEndIsRefused() {
    refused(
        "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#\"}}",
        "must be satisfiable");
    refused(
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}}",
        "must be satisfiable");
    refused(
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\", \"type\": \"null\"}, \"b\": {\"$ref\": \"#/$defs/a\", \"type\": \"null\"}}}",
        "must not be part of itself");
  }

  @Test
  void aLongChainOfReferencesIsCompiled() {
    compiled(
        "{\"$ref\": \"#/$defs/d0\", \"$defs\": {"
            + IntStream.range(0, 5_000)
                .mapToObj(i -> "\"d" + i + "\": {\"$ref\": \"#/$defs/d" + (i + 1) + "\"}")
                .collect(Collectors.joining(","))
            + ", \"d5000\": {\"type\": \"null\"}}}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 10_000})
  void manyItemsAreCompiled(int items) {
    compiled("{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"maxItems\": " + items + "}");
    compiled(
        "{\"type\": \"array\", \"maxItems\": "
            + items
            + ", \"items\": {\"type\": \"array\", \"maxItems\": "
            + items
            + ", \"items\": {\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\", \"minimum\": 3}}}}}");
  }

  @Test
  void hugeBoundsAreRefusedByName() {
    refused(
        "{\"type\": \"array\", \"maxItems\": 1000000000}", "maxItems at # must be at most 10000");
    refused("{\"type\": \"array\", \"minItems\": 1e400}", "minItems at # must be at most 10000");
    refused(
        "{\"type\": \"string\", \"maxLength\": 1e15}", "maxLength at # must be at most 8388608");
    refused(
        "{\"type\": \"string\", \"pattern\": \"^a*$\", \"maxLength\": 100000}",
        "minLength and maxLength at # must be at most 2000 beside a pattern");
    refused(
        "{\"type\": \"number\", \"minimum\": 1e999999999}",
        "minimum at # must be a number of at most 400 digits");
    refused(
        "{\"type\": \"number\", \"multipleOf\": 1e-999999}",
        "multipleOf at # must be a number of at most 400 digits");
    refused(
        "{\"type\": \"integer\", \"multipleOf\": 1000000007}",
        "multipleOf at # must be at most 1000");
    compiled("{\"type\": \"string\", \"maxLength\": 8000000}");
    compiled("{\"type\": \"string\", \"minLength\": 8000000}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a|b)*a(a|b){20}",
        "^((a{1,100}){1,100}){1,100}$",
        "(x+x+)+y.*(x+x+)+y.*(a|b)*a(a|b){15}",
      })
  void patternsThatExplodeAreRefused(String pattern) {
    refused("{\"type\": \"string\", \"pattern\": \"" + pattern + "\"}", "pattern at # must");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^(a+)+$",
        "^(a|a)*$",
        "^(.*)*$",
        "(a*)*b",
        "^(\\\\w+\\\\s?)*$",
        "^(?:(?:a{0,5}){0,5}){0,5}$",
        "^(a?){300}b$"
      })
  void patternsThatHurtBacktrackersAreCompiled(String pattern) {
    compiled("{\"type\": \"string\", \"pattern\": \"" + pattern + "\"}");
  }

  @Test
  void deepPatternsAreRefused() {
    refused(
        "{\"type\": \"string\", \"pattern\": \"" + "(".repeat(10_000) + "\"}",
        "groups more than 200 deep");
  }

  @Test
  void manyBranchesAreCompiledOrRefused() {
    compiled(
        "{\"anyOf\": ["
            + repeated(
                "{\"properties\": {\"k\": {\"const\": \"v#i\"}, \"x\": {\"type\": \"integer\"}}, \"required\": [\"k\"]}",
                300,
                ",")
            + "]}");
    String any = "{\"anyOf\": [" + repeated("{\"minLength\": #i}", 100, ",") + "]}";
    refused("{\"allOf\": [" + any + "," + any + "]}", "at most 256 combinations");
    refused("{\"oneOf\": [" + repeated("{\"const\": #i}", 300, ",") + "]}", "at most 200 branches");
  }

  @Test
  void whatIsMergedWithItselfEnds() {
    compiled(
        """
        {"type": "object", "properties": {"x": {"type": "object"}},
         "anyOf": [{"properties": {"x": {"$ref": "#"}}, "required": ["x"]}, {"required": ["y"]}]}
        """);
    refused(
        """
        {"type": "object", "properties": {"x": {"maxProperties": 3}},
         "anyOf": [{"properties": {"x": {"$ref": "#"}}, "required": ["x"]}, {"required": ["y"]}]}
        """,
        "maxProperties");
  }

  @Test
  void ambiguityDoesNotMultiply() {
    Grammar grammar =
        compiled(
            """
            {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/c"}]},
                       "b": {"type": "array", "items": {"$ref": "#/$defs/a"}},
                       "c": {"type": "array", "items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}
            """);
    assertTimeout(
        SOON,
        () ->
            assertThat(GrammarTest.accepts(grammar, "[".repeat(2_000) + "]".repeat(2_000)))
                .isTrue());
  }

  @Test
  void deepTextsNeedNoDeepStack() {
    Grammar grammar = Grammar.jsonSchema("{}");
    assertTimeout(
        SOON,
        () ->
            assertThat(GrammarTest.accepts(grammar, "[".repeat(20_000) + "]".repeat(20_000)))
                .isTrue());
  }

  @Test
  void typesThatAreNoTypesAreRefused() {
    refused("{\"type\": [[\"string\"]]}", "type at # must be one of");
    refused("{\"type\": {}}", "type at # must be one of");
    refused("{\"required\": [[]]}", "required at # must be a list of names");
    refused("{\"properties\": []}", "properties at # must be an object");
    refused("{\"anyOf\": []}", "anyOf at # must be a list with members");
    refused("{\"anyOf\": [1]}", "the schema at #/anyOf/0 must be an object or a boolean, got 1");
    refused("{\"pattern\": [\"a\"]}", "pattern at # must be text");
    refused("{\"properties\": {\"\\ud800\": {}}}", "surrogate");
    refused("{\"const\": \"\\ud800\"}", "surrogate");
    refused("{\"minimum\": \"1\"}", "minimum at # must be a number");
    refused("", "the schema at # must be an object");
    refused("{} {}", "the schema must be JSON");
  }
}
