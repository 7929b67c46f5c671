package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts that grammars accept and refuse.
class GrammarTest {
  private static final TokenTrie BYTES = TokenTrie.of(Vocabularies.bytes());

  /// Returns whether a grammar accepts a text as a whole.
  static boolean accepts(Grammar grammar, String text) {
    Constraint c = grammar.start(BYTES);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (!c.allows(b & 0xff)) {
        return false;
      }
      c.accept(b & 0xff);
    }
    return c.canEnd();
  }

  static void check(String schema, String[] right, String[] wrong) {
    Grammar g = Grammar.jsonSchema(schema);
    for (String text : right) {
      assertThat(accepts(g, text)).as(schema + " accepts " + text).isTrue();
    }
    for (String text : wrong) {
      assertThat(accepts(g, text)).as(schema + " accepts " + text).isFalse();
    }
  }

  static String[] texts(String... texts) {
    return texts;
  }

  @Test
  void anObjectHasItsMembersInOrder() {
    check(
        """
        {"type": "object", "required": ["a"],
         "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}, "c": {"type": "null"}}}
        """,
        texts(
            "{\"a\":1}",
            "{\"a\": 1, \"b\": true}",
            "{\"a\":-20,\"c\":null}",
            "{\"a\":0,\"b\":false,\"c\":null}"),
        texts(
            "{}",
            "{\"b\":true}",
            "{\"b\":true,\"a\":1}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":1.5}",
            "{\"a\":1,\"d\":1}",
            "{\"a\":  1}",
            "{\"a\":1",
            "{\"a\":-0}"));
  }

  @Test
  void additionalMembersComeLastAndHaveNoDeclaredName() {
    check(
        """
        {"properties": {"ab": {"type": "null"}}, "additionalProperties": {"type": "integer"}}
        """,
        texts(
            "{}",
            "{\"ab\":null}",
            "{\"x\":1}",
            "{\"ab\":null,\"a\":1,\"abc\":2}",
            "{\"\":1}",
            "{\"é\\n\":3}"),
        texts("{\"ab\":1}", "{\"x\":1,\"ab\":null}", "{\"x\":null}", "{\"\\u0061b\":1}"));
    check(
        "{\"type\": \"object\", \"properties\": {\"a\": {}}, \"additionalProperties\": false}",
        texts("{}", "{\"a\":[1,{\"x\":\"y\"}]}"),
        texts("{\"b\":1}"));
  }

  @Test
  void whatIsRequiredButNotDescribedMayBeAnything() {
    check(
        "{\"type\": \"object\", \"required\": [\"a\"]}",
        texts("{\"a\":1}", "{\"a\": {\"b\": [null]}}"),
        texts("{}", "{\"b\":1}"));
  }

  @Test
  void listsKeepTheirBounds() {
    check(
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 1, \"maxItems\": 3}",
        texts("[true]", "[true,false]", "[true, false, true]"),
        texts("[]", "[true,true,true,true]", "[1]", "[true,]"));
    check("{\"type\": \"array\", \"maxItems\": 0}", texts("[]"), texts("[1]"));
    check("{\"type\": \"array\", \"items\": false}", texts("[]"), texts("[1]", "[[]]"));
    check(
        """
        {"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "null"}, "minItems": 1}
        """,
        texts("[1]", "[1,\"a\"]", "[1,\"a\",null,null]"),
        texts("[]", "[\"a\"]", "[1,null]", "[1,\"a\",1]"));
    check("{\"prefixItems\": [{\"type\": \"integer\"}]}", texts("[]", "[1]"), texts("[1,1]"));
    check(
        "{\"prefixItems\": [{\"type\": \"integer\"}], \"minItems\": 2}",
        texts("[1,\"x\"]"),
        texts("[1]", "[]"));
  }

  @Test
  void lengthsCountCodePoints() {
    check(
        "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 3}",
        texts("\"ab\"", "\"日本語\"", "\"😀😀\"", "\"\\ud83d\\ude00x\"", "\"\\n\\u00e9\\\\\""),
        texts(
            "\"a\"", "\"😀\"", "\"abcd\"", "\"\\ud83d\\ude00\"", "\"\\ud83dab\"", "\"\\ude00a\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0|100|0 7 10 99 100 0.5 99.99 100.0 100.000|-1 101 100.01 100.0001 1000 -0.5 00 1e1",
        "-5|5|-5 -4.99 0 5 5.0 -0.0|-5.01 5.1 6 -6 50",
        "1.5|2.25|1.5 1.50 2 2.2 2.25 2.250 1.6|1 1.4999 2.2501 2.3 3 15",
        "0.001|0.01|0.001 0.0099 0.01|0 0.0009 0.011 1",
        "-20|-10|-10 -10.5 -20 -20.0 -15|-9 -9.99 -20.1 -21 -100 10 15",
      })
  void numbersKeepTheirBounds(String min, String max, String right, String wrong) {
    check(
        "{\"type\": \"number\", \"minimum\": " + min + ", \"maximum\": " + max + "}",
        right.split(" "),
        wrong.split(" "));
  }

  @Test
  void boundsCanBeExcluded() {
    check(
        "{\"type\": \"number\", \"exclusiveMinimum\": 0, \"exclusiveMaximum\": 1}",
        texts("0.1", "0.999", "0.0001"),
        texts("0", "0.0", "1", "1.0", "-0.1", "-0.0"));
    check(
        "{\"type\": \"integer\", \"exclusiveMinimum\": 9, \"maximum\": 100}",
        texts("10", "99", "100"),
        texts("9", "101", "9.5", "1000", "0"));
    check(
        "{\"type\": \"integer\", \"minimum\": 1.5, \"maximum\": 3.5}",
        texts("2", "3"),
        texts("1", "4"));
    check(
        "{\"type\": \"integer\", \"minimum\": 1000}",
        texts("1000", "99999"),
        texts("999", "-1000"));
    check(
        "{\"type\": \"integer\", \"multipleOf\": 7, \"maximum\": 30, \"minimum\": -7}",
        texts("-7", "0", "7", "14", "21", "28"),
        texts("1", "35", "-14", "10"));
  }

  @Test
  void anyNumberMayHaveAFractionAndAnExponent() {
    check(
        "{\"type\": \"number\"}",
        texts("0", "-1", "12.50", "1e5", "1E-07", "3.0e+1"),
        texts("01", ".5", "1.", "+1", "1e", "1e123", "-", "NaN"));
  }

  @Test
  void valuesAreWrittenAsTheyStandInTheSchema() {
    check(
        "{\"enum\": [\"a\\\"b\", 1, null, {\"x\": [1, 2]}, \"ü\"]}",
        texts("\"a\\\"b\"", "1", "null", "{\"x\":[1,2]}", "\"ü\""),
        texts("\"a\"", "2", "\"u\""));
    check("{\"const\": \"only\"}", texts("\"only\""), texts("\"onl\"", "\"only"));
    check(
        "{\"type\": \"string\", \"enum\": [\"a\", 1, \"abc\"], \"minLength\": 2}",
        texts("\"abc\""),
        texts("\"a\"", "1"));
    check(
        "{\"type\": [\"string\", \"null\"], \"enum\": [\"a\", null, 3]}",
        texts("\"a\"", "null"),
        texts("3"));
  }

  @Test
  void branchesAreAlternatives() {
    check(
        """
        {"anyOf": [{"type": "object", "properties": {"kind": {"const": "a"}, "x": {"type": "integer"}},
                    "required": ["kind", "x"]},
                   {"type": "object", "properties": {"kind": {"const": "b"}, "y": {"type": "string"}},
                    "required": ["kind", "y"]}]}
        """,
        texts("{\"kind\":\"a\",\"x\":1}", "{\"kind\": \"b\", \"y\": \"z\"}"),
        texts("{\"kind\":\"a\",\"y\":\"z\"}", "{\"kind\":\"b\",\"x\":1}", "{\"kind\":\"c\"}"));
    check(
        """
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
         "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
        """,
        texts("{\"a\":1}", "{\"b\":1}", "{\"a\":1,\"b\":2}"),
        texts("{}"));
    check(
        "{\"oneOf\": [{\"type\": \"string\"}, {\"type\": \"integer\", \"minimum\": 5}, {\"type\": \"null\"}]}",
        texts("\"x\"", "5", "null"),
        texts("4", "true"));
  }

  @Test
  void formatsOfOpenApiAreReadAsItMeansThem() {
    check(
        "{\"type\": \"integer\", \"format\": \"int32\"}",
        texts("2147483647", "-2147483648"),
        texts("2147483648", "-2147483649", "1.5"));
    check(
        "{\"type\": \"integer\", \"format\": \"int64\", \"minimum\": 0}",
        texts("9223372036854775807", "0"),
        texts("9223372036854775808", "-1"));
    check("{\"type\": [\"string\", \"null\"], \"format\": \"int64\"}", texts("\"a\""), texts("1"));
    check("{\"type\": \"string\", \"format\": \"password\"}", texts("\"p w\""), texts("1"));
    check(
        "{\"type\": \"string\", \"format\": \"byte\"}",
        texts("\"\"", "\"YQ==\"", "\"YWI=\"", "\"YWJj\""),
        texts("\"YQ\"", "\"Y===\"", "\"YWJ \""));
    check(
        "{\"type\": \"string\", \"format\": \"json-pointer\"}",
        texts("\"\"", "\"/a~1b/0\"", "\"/\""),
        texts("\"a\"", "\"/a~2\""));
    check(
        "{\"type\": \"string\", \"format\": \"uri-reference\"}",
        texts("\"\"", "\"/a/b?c=d#e\"", "\"a/b:c\"", "\"#top\"", "\"../up/\""),
        texts("\"a b\"", "\"1:b\"", "\"//\""));
  }

  @Test
  void marksBeforeKeywordsPutThemOutOfUse() {
    check("{\"type\": \"integer\", \"_minimum\": 5}", texts("4"), texts("true"));
  }

  @Test
  void partsThatMustHoldTogetherAreMerged() {
    check(
        """
        {"allOf": [{"type": "object", "properties": {"a": {"type": "number", "minimum": 2}}, "required": ["a"]},
                   {"properties": {"a": {"type": "integer", "maximum": 4}, "b": {"type": "null"}}}]}
        """,
        texts("{\"a\":2}", "{\"a\":4,\"b\":null}"),
        texts("{}", "{\"a\":1}", "{\"a\":5}", "{\"a\":2.5}"));
    check(
        "{\"allOf\": [{\"type\": \"string\", \"pattern\": \"^a\"}, {\"pattern\": \"b$\", \"maxLength\": 3}]}",
        texts("\"ab\"", "\"axb\""),
        texts("\"a\"", "\"b\"", "\"axxb\""));
    check(
        """
        {"$defs": {"base": {"type": "integer", "minimum": 0}}, "$ref": "#/$defs/base", "maximum": 9}
        """,
        texts("0", "9"),
        texts("-1", "10"));
  }

  @Test
  void schemasMayReferToThemselves() {
    check(
        """
        {"type": "object", "properties": {"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
         "required": ["v", "next"]}
        """,
        texts(
            "{\"v\":1,\"next\":null}",
            "{\"v\":1,\"next\":{\"v\":2,\"next\":{\"v\":3,\"next\":null}}}"),
        texts("{\"v\":1}", "{\"v\":1,\"next\":{}}", "{\"v\":1,\"next\":{\"v\":2,\"next\":null}"));
    check(
        """
        {"$ref": "#/$defs/tree~1node", "$defs": {"tree/node": {"type": "array", "items": {"$ref": "#/$defs/tree~1node"}}}}
        """,
        texts("[]", "[[],[[]]]"),
        texts("[1]", "[[]", "{}"));
  }

  @Test
  void patternsAreFoundAnywhere() {
    check(
        "{\"type\": \"string\", \"pattern\": \"b+\"}",
        texts("\"b\"", "\"abbc\"", "\"\\\"b\""),
        texts("\"\"", "\"ac\""));
    check(
        "{\"type\": \"string\", \"pattern\": \"^(foo|ba?r)$\"}",
        texts("\"foo\"", "\"br\"", "\"bar\""),
        texts("\"foo \"", "\"xfoo\"", "\"baar\""));
    check(
        "{\"type\": \"string\", \"pattern\": \"^a|b$\"}",
        texts("\"ax\"", "\"xb\"", "\"a\""),
        texts("\"xa\"", "\"bx\""));
    check(
        "{\"type\": \"string\", \"pattern\": \"^\\\\d{3}-\\\\w*$\"}",
        texts("\"123-\"", "\"123-a_1\""), texts("\"12-\"", "\"123-é\""));
    check(
        "{\"type\": \"string\", \"pattern\": \"^[^a-z]$\"}",
        texts("\"é\"", "\"\\n\"", "\"\\\"\"", "\"😀\""),
        texts("\"a\"", "\"\"", "\"AB\""));
    check(
        "{\"type\": \"string\", \"pattern\": \"^\\\\p{Lu}.\\\\u00e9$\"}",
        texts("\"Äxé\""),
        texts("\"äxé\"", "\"Ä\\né\""));
  }

  @Test
  void formatsAreChecked() {
    check(
        "{\"format\": \"date\"}",
        texts("\"2024-02-29\"", "\"1999-12-31\"", "\"2000-02-29\""),
        texts(
            "\"2023-02-29\"",
            "\"1900-02-29\"",
            "\"2024-04-31\"",
            "\"2024-13-01\"",
            "\"24-01-01\""));
    check(
        "{\"format\": \"date-time\"}",
        texts("\"2024-01-01T00:00:00Z\"", "\"2024-01-01T23:59:59.123+05:30\""),
        texts("\"2024-01-01\"", "\"2024-01-01T24:00:00Z\"", "\"2024-01-01T00:00:00\""));
    check(
        "{\"format\": \"ipv4\"}",
        texts("\"0.0.0.0\"", "\"255.1.10.99\""),
        texts("\"256.1.1.1\"", "\"1.1.1\"", "\"01.1.1.1\""));
    check(
        "{\"format\": \"ipv6\"}",
        texts("\"::\"", "\"::1\"", "\"1:2:3:4:5:6:7:8\"", "\"fe80::1:2\"", "\"1:2:3:4:5:6::\""),
        texts("\":\"", "\"1:2:3:4:5:6:7:8:9\"", "\"1::2::3\"", "\"12345::\""));
    check(
        "{\"format\": \"uuid\"}",
        texts("\"123e4567-e89b-12d3-a456-426614174000\""),
        texts("\"123e4567\""));
    check(
        "{\"format\": \"email\"}",
        texts("\"a.b@example.com\""),
        texts("\"a@b\"", "\"@example.com\"", "\"a..b@example.com\""));
    check(
        "{\"format\": \"uri\"}",
        texts("\"https://example.com/a?b=c#d\""),
        texts("\"example.com\"", "\"https:// x\""));
    check("{\"format\": \"time\"}", texts("\"10:00:00Z\""), texts("\"10:00\"", "\"25:00:00Z\""));
    check(
        "{\"format\": \"hostname\"}", texts("\"a.example\""), texts("\"-a.example\"", "\"a..b\""));
    check(
        "{\"format\": \"duration\"}",
        texts("\"P1DT2H\"", "\"PT5M\"", "\"P2W\""),
        texts("\"P\"", "\"PT\"", "\"1D\""));
  }

  @Test
  void anyObjectIsJson() {
    Grammar g = Grammar.json();
    assertThat(accepts(g, "{}")).isTrue();
    assertThat(accepts(g, "{\"a\": [1, {\"b\": null}], \"c\": \"\\u00e9\"}")).isTrue();
    assertThat(accepts(g, "[1]")).isFalse();
    assertThat(accepts(g, "{\"a\":\n1}")).isFalse();
    assertThat(accepts(g, "{\"a\":  1}")).isFalse();
  }

  @Test
  void regularExpressionsMatchAsAWhole() {
    Grammar g = Grammar.regex("(yes|no)!{1,2}");
    assertThat(accepts(g, "yes!")).isTrue();
    assertThat(accepts(g, "no!!")).isTrue();
    assertThat(accepts(g, "yes")).isFalse();
    assertThat(accepts(g, "no!!!")).isFalse();
    assertThat(accepts(Grammar.regex("a*"), "")).isTrue();
    assertThat(accepts(Grammar.regex("^é\"\\n$"), "é\"\n")).isTrue();
  }

  @Test
  void grammarsFollowEachOther() {
    Grammar call =
        Grammar.sequence(
            Grammar.literal("<tool_call>\n"),
            Grammar.jsonSchema(
                "{\"type\": \"object\", \"properties\": {\"x\": {\"type\": \"integer\"}}}"),
            Grammar.regex("\\s?"),
            Grammar.literal("</tool_call>"));
    assertThat(accepts(call, "<tool_call>\n{\"x\": 1}\n</tool_call>")).isTrue();
    assertThat(accepts(call, "<tool_call>\n{\"x\": 1}</tool_call>")).isTrue();
    assertThat(accepts(call, "<tool_call>\n{\"x\": 1}\n")).isFalse();
    Grammar several = Grammar.repeat(call, 1, 2);
    String one = "<tool_call>\n{}</tool_call>";
    assertThat(accepts(several, one)).isTrue();
    assertThat(accepts(several, one + one)).isTrue();
    assertThat(accepts(several, one + one + one)).isFalse();
    Grammar nullable =
        Grammar.sequence(Grammar.regex("a*"), Grammar.regex("a*b?"), Grammar.literal("c"));
    assertThat(accepts(nullable, "c")).isTrue();
    assertThat(accepts(nullable, "aabc")).isTrue();
    assertThat(accepts(nullable, "ba")).isFalse();
  }

  @Test
  void aTextThatCanOnlyEndSaysSo() {
    Constraint c = Grammar.literal("ab").start(BYTES);
    assertThat(c.canEnd()).isFalse();
    c.accept('a');
    c.accept('b');
    assertThat(c.canEnd()).isTrue();
    assertThat(c.mustEnd()).isTrue();
    Constraint open = Grammar.regex("a+").start(BYTES);
    open.accept('a');
    assertThat(open.canEnd()).isTrue();
    assertThat(open.mustEnd()).isFalse();
  }

  @Test
  void aTokenThatIsNotAllowedIsRefused() {
    Constraint c = Grammar.literal("ab").start(BYTES);
    assertThatThrownBy(() -> c.accept('b'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token must be one that is allowed, got 98 (b)");
    c.accept('a');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|the schema must be JSON: ",
        "[]|the schema at # must be an object or a boolean, got []",
        "{\"not\": {}}|the schema at # must do without 'not', which is not supported",
        "{\"properties\": {\"a/b\": {\"uniqueItems\": true}}}|the schema at #/properties/a~1b must do without 'uniqueItems', which is not supported",
        "{\"type\": \"text\"}|type at # must be one of array, boolean, integer, null, number, object, string, or a list of them, got \"text\"",
        "{\"propertys\": {}}|the schema at # must have keywords of JSON Schema, got 'propertys' (did you mean 'properties'?)",
        "{\"format\": \"dates\"}|format at # must be one that is supported, got 'dates' (did you mean 'date'?)",
        "{\"$ref\": \"#/$defs/none\"}|$ref at # must point to a schema, got '#/$defs/none'",
        "{\"$ref\": \"http://example.com/x\"}|$ref at # must point into the same schema (#/$defs/...), got 'http://example.com/x'",
        "false|the schema must be satisfiable, got what no text satisfies",
        "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": false}}|the schema must be satisfiable, got what no text satisfies",
        "{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 4}|the schema must be satisfiable, got what no text satisfies",
        "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#\"}}}|the schema must be satisfiable, got what no text satisfies",
        "{\"$ref\": \"#\"}|the schema must be satisfiable, got what no text satisfies",
        "{\"anyOf\": [{\"$ref\": \"#\"}, {\"type\": \"null\"}]}|the schema at # must read something before it refers to itself, got a circle",
        "{\"allOf\": [{\"$ref\": \"#\"}]}|the schema at #/allOf/0 must not be part of itself, got $ref and allOf in a circle",
        "{\"oneOf\": [{\"type\": \"number\"}, {\"type\": \"integer\"}]}|oneOf at # must have branches that exclude each other by type, by const or enum, or by a required member, got branches 0 and 1, which may hold at once (use anyOf)",
        "{\"pattern\": \"a(?=b)\"}|pattern at # must be a regular expression of ECMA 262 without look-around, references and word boundaries, got a look-around or a flag '(?=' at character 3 of a(?=b)",
        "{\"minLength\": -1}|minLength at # must be a whole number that is not negative, got -1",
        "{\"enum\": []}|the schema must be satisfiable, got what no text satisfies",
      })
  void whatIsNotSupportedIsRefusedByName(String schema, String message) {
    assertThatThrownBy(() -> Grammar.jsonSchema(schema))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(message);
  }
}
