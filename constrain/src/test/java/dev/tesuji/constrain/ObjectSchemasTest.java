package dev.tesuji.constrain;

import static dev.tesuji.constrain.GrammarTest.check;
import static dev.tesuji.constrain.GrammarTest.texts;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Schemas that say which members of an object come together.
class ObjectSchemasTest {
  /// Each branch is written without what the other requires, or with what the other refuses.
  @Test
  void objectsOfWhichOneMayHoldAreToldApart() {
    check(
        """
        {"type": "object", "properties": {"path": {"type": "string"}, "uri": {"type": "string"},
          "n": {"type": "integer"}}, "oneOf": [{"required": ["path"]}, {"required": ["uri"]}]}
        """,
        texts("{\"path\":\"a\"}", "{\"uri\":\"b\",\"n\":1}"),
        texts("{}", "{\"n\":1}", "{\"path\":\"a\",\"uri\":\"b\"}"));
    check(
        """
        {"oneOf": [{"type": "object", "properties": {"r": {"type": "integer"}}, "required": ["r"]},
                   {"type": "object", "properties": {"w": {"type": "integer"}, "h": {"type": "integer"}},
                    "required": ["w", "h"]}]}
        """,
        texts("{\"r\":1}", "{\"w\":1,\"h\":2}"),
        texts("{\"r\":1,\"w\":1,\"h\":2}", "{\"w\":1}", "{}"));
    check(
        """
        {"type": "object", "oneOf": [
           {"properties": {"and": {"type": "array"}}, "additionalProperties": false},
           {"properties": {"or": {"type": "array"}}, "additionalProperties": false}]}
        """,
        texts("{\"and\":[]}", "{\"or\":[1]}"),
        texts("{}", "{\"and\":[],\"or\":[]}"));
    check(
        """
        {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "oneOf": [
           {"anyOf": [{"required": ["a", "b"]}, {"required": ["a", "c"]}]}, {"required": ["b"]}]}
        """,
        texts("{\"a\":1,\"c\":1}", "{\"b\":1}", "{\"b\":1,\"c\":1}"),
        texts("{\"a\":1,\"b\":1}", "{\"a\":1}", "{\"c\":1}"));
  }

  /// Only objects are told apart by their members: a text has none, and would satisfy both.
  @Test
  void branchesThatAreToldApartByMembersAreObjects() {
    check(
        """
        {"oneOf": [
           {"anyOf": [{"type": "string"}, {"properties": {"n": {}}}], "required": ["a"]},
           {"anyOf": [{"type": "string"}, {"properties": {"n": {}}}], "required": ["b"]}]}
        """,
        texts("{\"n\":1,\"a\":1}", "{\"b\":1}"),
        texts("\"a\"", "{}", "{\"a\":1,\"b\":1}"));
  }

  /// Each level is merged anew, and equal to the one before it.
  @Test
  void whatIsMergedMayHoldItself() {
    check(
        """
        {"$ref": "#/$defs/set", "$defs": {
          "set": {"type": "object", "properties": {"all": {"type": "array", "items": {"oneOf": [
             {"$ref": "#/$defs/set"}, {"$ref": "#/$defs/one"}]}}}, "required": ["all"]},
          "one": {"type": "object", "properties": {"is": {"type": "integer"}}, "required": ["is"]}}}
        """,
        texts("{\"all\":[]}", "{\"all\":[{\"is\":1},{\"all\":[{\"all\":[{\"is\":2}]}]}]}"),
        texts("{}", "{\"is\":1}", "{\"all\":[1]}", "{\"all\":[{\"all\":[],\"is\":1}]}"));
  }

  @Test
  void membersMayNeedOthersOrKeepThemAway() {
    String named = "{\"properties\": {\"a\": {}, \"b\": {}, \"c\": {}}, \"type\": \"object\", ";
    for (String needs :
        List.of(
            "\"dependentRequired\": {\"a\": [\"b\"]}}",
            "\"dependencies\": {\"a\": [\"b\"]}}",
            "\"dependencies\": {\"a\": {\"required\": [\"b\"]}}}",
            "\"dependentSchemas\": {\"a\": {\"required\": [\"b\"]}}}")) {
      check(
          named + needs,
          texts("{}", "{\"b\":1}", "{\"c\":1}", "{\"a\":1,\"b\":1}"),
          texts("{\"a\":1}", "{\"a\":1,\"c\":1}"));
    }
    check(
        named + "\"not\": {\"required\": [\"a\", \"b\"]}}",
        texts("{}", "{\"a\":1}", "{\"b\":1,\"c\":1}"),
        texts("{\"a\":1,\"b\":1}"));
    check(
        "{\"not\": {\"required\": [\"a\"]}, \"properties\": {\"a\": {}, \"b\": {}}}",
        texts("{}", "{\"b\":1}"),
        texts("{\"a\":1}", "1"));
    check(
        named + "\"minProperties\": 1}",
        texts("{\"a\":1}", "{\"c\":1}", "{\"a\":1,\"c\":1}"),
        texts("{}"));
    check(
        "{\"type\": \"object\", \"minProperties\": 1}",
        texts("{\"x\":1}", "{\"x\":1,\"y\":2}"),
        texts("{}"));
  }

  @Test
  void namedMembersMayStandBesidePatternsOfNames() {
    check(
        """
        {"type": "object", "properties": {"id": {"type": "integer"}, "x-a": {"enum": [1, "b"]}},
         "patternProperties": {"^x-": {"type": "string"}, "d$": {"minimum": 5}},
         "additionalProperties": false}
        """,
        texts("{\"id\":7}", "{\"x-a\":\"b\"}", "{\"id\":5,\"x-b\":\"c\"}", "{\"end\":6}"),
        texts("{\"id\":4}", "{\"x-a\":1}", "{\"x-b\":1}", "{\"y\":1}", "{\"end\":4}"));
    check(
        """
        {"type": "object", "patternProperties": {"^n": {"type": "integer"}}, "required": ["no", "yes"],
         "additionalProperties": {"type": "string"}}
        """,
        texts("{\"no\":1,\"yes\":\"a\"}", "{\"no\":1,\"yes\":\"a\",\"n\":2,\"m\":\"b\"}"),
        texts("{\"no\":\"a\",\"yes\":\"a\"}", "{\"no\":1,\"yes\":\"a\",\"n\":\"b\"}", "{}"));
  }

  @Test
  void whatNamesNoMembersSaysNothing() {
    check("{\"properties\": {}, \"required\": []}", texts("4", "{\"a\":1}"), texts("a"));
  }
}
