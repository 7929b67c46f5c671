package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Masks against brute force: a token is allowed if and only if some text of the language goes on
/// with it.
class ExactnessTest {
  private static final List<String> TOKENS =
      List.of(
          "{", "}", "[", "]", ",", ":", "\"", "a", "b", "ab", "1", "2", "12", "0", "-", ".", "{\"",
          "\"}", "\":", "\",\"", "],", "1,", ",1", "\"a\"", "a\":1", "\"a\":", "null", "nul", "l",
          "true", "true}", "]]", "[[", "}}", "1]", "\"]", "\\", "\\\"", "n", "\"b\":", "{}", "[]",
          "0.5");

  /// All texts of a language up to a length in bytes, by a walk over single bytes.
  private static void texts(Grammar g, TokenTrie bytes, String so, int limit, Set<String> found) {
    Constraint c = g.start(bytes);
    for (byte b : so.getBytes(StandardCharsets.ISO_8859_1)) {
      c.accept(b & 0xff);
    }
    if (c.canEnd()) {
      found.add(so);
    }
    if (so.length() == limit) {
      return;
    }
    for (char b : "{}[],:\"ab120-.nultrefs\\".toCharArray()) {
      if (c.allows(b)) {
        texts(g, bytes, so + b, limit, found);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"enum\": [\"a\", \"ab\", 1, 12, null, [1], {\"a\": 1}]}",
        "{\"type\": \"array\", \"items\": {\"enum\": [1, 12, \"a\"]}, \"maxItems\": 2}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"const\": 1}, \"b\": {\"const\": null}}, \"required\": [\"b\"]}",
        "{\"anyOf\": [{\"properties\": {\"a\": {\"const\": 1}}, \"required\": [\"a\"]}, {\"const\": [[]]}, {\"const\": \"ab\"}]}",
        "{\"type\": \"integer\", \"minimum\": -2, \"maximum\": 21}",
        "{\"type\": \"string\", \"pattern\": \"^[ab]{1,3}$\"}",
        "{\"type\": \"string\", \"pattern\": \"^(ab|ba)$\", \"minLength\": 1}",
        "{\"type\": [\"boolean\", \"null\"]}",
      })
  void aTokenIsAllowedIfAndOnlyIfSomeTextGoesOnWithIt(String schema) {
    Grammar grammar = Grammar.jsonSchema(schema);
    TokenTrie bytes = TokenTrie.of(Vocabularies.bytes());
    Set<String> language = new TreeSet<>();
    texts(grammar, bytes, "", 24, language);
    assertThat(language).isNotEmpty();
    TokenTrie trie = TokenTrie.of(Vocabularies.of(TOKENS.toArray(new String[0])));
    compare(grammar, trie, language);
  }

  /// Compares at every beginning that tokens can write.
  private static void compare(Grammar grammar, TokenTrie trie, Set<String> language) {
    List<List<Integer>> open = new ArrayList<>(List.of(List.of()));
    Set<String> seen = new TreeSet<>();
    while (!open.isEmpty()) {
      List<Integer> path = open.removeLast();
      StringBuilder so = new StringBuilder();
      path.forEach(t -> so.append(TOKENS.get(t)));
      if (!seen.add(so.toString())) {
        continue;
      }
      Constraint c = grammar.start(trie);
      path.forEach(c::accept);
      assertThat(c.canEnd()).as("end after " + so).isEqualTo(language.contains(so.toString()));
      for (int t = 0; t < TOKENS.size(); t++) {
        String longer = so + TOKENS.get(t);
        boolean right = language.stream().anyMatch(text -> text.startsWith(longer));
        boolean allowed = (c.allowed()[t >> 6] >> t & 1) != 0;
        assertThat(allowed).as(TOKENS.get(t) + " after " + so).isEqualTo(right);
        if (right) {
          List<Integer> next = new ArrayList<>(path);
          next.add(t);
          open.add(next);
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(3);
  }

  @Test
  void theLanguageOfASmallSchemaIsWhatItSays() {
    Set<String> language = new TreeSet<>();
    texts(
        Grammar.jsonSchema(
            """
            {"type": "object", "properties": {"a": {"type": "array", "items": {"const": 1}, "maxItems": 2},
             "b": {"enum": ["a", "ab"]}}, "required": ["a"]}
            """),
        TokenTrie.of(Vocabularies.bytes()),
        "",
        24,
        language);
    assertThat(language)
        .containsExactlyInAnyOrder(
            "{\"a\":[]}",
            "{\"a\":[1]}",
            "{\"a\":[1,1]}",
            "{\"a\":[],\"b\":\"a\"}",
            "{\"a\":[1],\"b\":\"a\"}",
            "{\"a\":[1,1],\"b\":\"a\"}",
            "{\"a\":[],\"b\":\"ab\"}",
            "{\"a\":[1],\"b\":\"ab\"}",
            "{\"a\":[1,1],\"b\":\"ab\"}");
  }

  /// Inside texts masks are put together from tables; here they are compared with single steps.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"object\"}",
        "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 4}",
        "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"maxLength\": 3}, \"maxItems\": 3}",
        "{\"properties\": {\"name\": {\"type\": \"string\"}, \"x\": {\"type\": \"string\", \"maxLength\": 2}}, \"additionalProperties\": {\"type\": \"string\", \"minLength\": 1}}",
        "{\"anyOf\": [{\"type\": \"string\", \"maxLength\": 5}, {\"type\": \"string\", \"pattern\": \"a\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]}",
      })
  void masksAreWhatSingleStepsAllow(String schema) {
    Grammar grammar = Grammar.jsonSchema(schema);
    TokenTrie trie = TokenTrie.of(Vocabularies.spanning());
    Random random = new Random(5);
    for (int text = 0; text < 60; text++) {
      Constraint c = grammar.start(trie);
      for (int i = 0; i < 40 && !c.mustEnd(); i++) {
        boolean[] single = new boolean[trie.vocabularySize()];
        for (int t = 0; t < single.length; t++) {
          single[t] = c.allows(t);
        }
        long[] mask = c.allowed();
        for (int t = 0; t < single.length; t++) {
          assertThat((mask[t >> 6] >> t & 1) != 0).as("token " + t).isEqualTo(single[t]);
        }
        c.accept(RandomTexts.any(mask, random));
      }
    }
  }
}
