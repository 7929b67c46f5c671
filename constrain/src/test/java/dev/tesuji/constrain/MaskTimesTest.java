package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskTimesTest {
  @Test
  void theMedianMaskOfARealVocabularyTakesAtMostFiftyMicroseconds() {
    TokenTrie trie = TokenTrie.of(Vocabularies.real(152_000));
    for (String schema : MaskTimes.SCHEMAS) {
      Grammar grammar = Grammar.jsonSchema(schema);
      MaskTimes.sorted(grammar, trie, 5); // lets the JVM compile
      long[] times = MaskTimes.sorted(Grammar.jsonSchema(schema), trie, 20);
      assertThat(times[times.length / 2] / 1e3).as("microseconds of " + schema).isLessThan(50);
    }
  }
}
