package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Grammars and tries that many threads share.
class SharingTest {
  private static final String SCHEMA =
      """
      {"type": "object", "properties": {"a": {"type": "array", "items": {}}, "b": {"type": "string", "maxLength": 30}},
       "required": ["a", "b"], "additionalProperties": true}
      """;

  @Test
  void manyThreadsDrawWhatOneDoes() throws ExecutionException, InterruptedException {
    TokenTrie trie = TokenTrie.of(Vocabularies.spanning());
    List<String> alone = new ArrayList<>();
    for (int seed = 0; seed < 60; seed++) {
      alone.add(draw(Grammar.jsonSchema(SCHEMA), trie, seed));
    }
    Grammar shared = Grammar.jsonSchema(SCHEMA);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> all = new ArrayList<>();
      for (int seed = 0; seed < 60; seed++) {
        int mine = seed;
        all.add(threads.submit(() -> draw(shared, trie, mine)));
      }
      for (int seed = 0; seed < 60; seed++) {
        assertThat(all.get(seed).get()).isEqualTo(alone.get(seed));
      }
    }
  }

  private static String draw(Grammar grammar, TokenTrie trie, int seed) {
    return Objects.requireNonNullElse(
        RandomTexts.draw(grammar, trie, new Random(seed), 300), "no end");
  }

  @Test
  void whatAGrammarRemembersIsBoundedAndForgettingChangesNothing() {
    Grammar grammar = Grammar.jsonSchema("{\"type\": \"array\", \"items\": {}, \"minItems\": 1}");
    TokenTrie trie = TokenTrie.of(Vocabularies.spanning());
    Random random = new Random(9);
    Constraint constraint = grammar.start(trie);
    for (int i = 0; i < 60_000 && !constraint.mustEnd(); i++) { // far more than is remembered
      constraint.accept(i % 2 == 0 ? '[' : RandomTexts.any(constraint.allowed(), random));
      if (!constraint.allows('[')) {
        constraint = grammar.start(trie);
      }
    }
    assertThat(GrammarTest.accepts(grammar, "[".repeat(40_000) + "]".repeat(40_000))).isTrue();
  }

  @Test
  void aCacheHoldsTheGrammarsThatWereUsedLast() {
    GrammarCache cache = new GrammarCache(2);
    Grammar a = cache.get("a", () -> Grammar.literal("a"));
    cache.get("b", () -> Grammar.literal("b"));
    assertThat(cache.get("a", () -> Grammar.literal("a"))).isSameAs(a);
    cache.get("c", () -> Grammar.literal("c"));
    assertThat(cache.get("a", () -> Grammar.literal("a"))).isSameAs(a);
    Grammar b = Grammar.literal("b");
    assertThat(cache.get("b", () -> b)).isSameAs(b);
    assertThatThrownBy(() -> new GrammarCache(0)).hasMessage("capacity must be at least 1, got 0");
  }
}
