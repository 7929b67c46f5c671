package dev.tesuji.constrain;

import java.util.Arrays;
import java.util.Random;

/// Prints how long masks take at a real vocabulary of 152,000 tokens: run its `main`.
///
/// Texts are drawn at random, as random weights would draw them; the first text of each schema
/// finds an empty memory.
public final class MaskTimes {
  private static final String[] SCHEMAS = {
    "{\"type\": \"object\"}",
    """
    {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 150},
     "email": {"type": "string", "format": "email"}, "tags": {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 10},
     "address": {"type": "object", "properties": {"street": {"type": "string", "minLength": 1, "maxLength": 200}, "zip": {"type": "string", "pattern": "^[0-9]{5}$"}},
     "required": ["street", "zip"], "additionalProperties": false}},
     "required": ["name", "age", "email", "tags", "address"], "additionalProperties": false}
    """,
    """
    {"$defs": {"node": {"type": "object", "properties": {"value": {"type": "number"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
     "required": ["value", "children"]}}, "$ref": "#/$defs/node"}
    """,
    """
    {"type": "array", "minItems": 3, "items": {"anyOf": [
      {"type": "object", "properties": {"kind": {"const": "move"}, "to": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}, "required": ["kind", "to"]},
      {"type": "object", "properties": {"kind": {"const": "say"}, "text": {"type": "string", "maxLength": 500}}, "required": ["kind", "text"]}]}}
    """,
    "{\"type\": \"string\", \"pattern\": \"^[A-Za-z ]{1,100}$\"}",
  };

  private MaskTimes() {}

  /// Prints the times.
  ///
  /// @param args how many tokens the vocabulary has, 152000 if absent
  public static void main(String[] args) {
    int size = args.length > 0 ? Integer.parseInt(args[0]) : 152_000;
    long begin = System.nanoTime();
    TokenTrie trie = TokenTrie.of(Vocabularies.real(size));
    System.out.printf(
        "trie of %,d tokens, %,d nodes: %.0f ms%n",
        trie.vocabularySize(), trie.nodes(), (System.nanoTime() - begin) / 1e6);
    warm(trie);
    for (String schema : SCHEMAS) {
      begin = System.nanoTime();
      Grammar grammar = Grammar.jsonSchema(schema);
      double compiled = (System.nanoTime() - begin) / 1e6;
      System.out.printf("compiled in %.1f ms: %.70s%n", compiled, schema.strip());
      for (String label : new String[] {"first text", "next 20"}) {
        long[] times = times(grammar, trie, label.equals("first text") ? 1 : 20);
        Arrays.sort(times);
        System.out.printf(
            "  %-10s %,6d masks: median %.1f us, p99 %.1f us, most %.1f us%n",
            label,
            times.length,
            times[times.length / 2] / 1e3,
            times[times.length * 99 / 100] / 1e3,
            times[times.length - 1] / 1e3);
      }
    }
  }

  /// Lets the compiler of the JVM see the code, with grammars that are then forgotten.
  private static void warm(TokenTrie trie) {
    for (int i = 0; i < 3; i++) {
      for (String schema : SCHEMAS) {
        times(Grammar.jsonSchema(schema), trie, 5);
      }
    }
  }

  private static long[] times(Grammar grammar, TokenTrie trie, int texts) {
    Random random = new Random(7);
    long[] times = new long[texts * 500];
    int count = 0;
    for (int t = 0; t < texts; t++) {
      Constraint constraint = grammar.start(trie);
      for (int i = 0; i < 500 && !constraint.mustEnd(); i++) {
        long begin = System.nanoTime();
        long[] allowed = constraint.allowed();
        times[count++] = System.nanoTime() - begin;
        constraint.accept(RandomTexts.any(allowed, random));
      }
    }
    return Arrays.copyOf(times, count);
  }
}
