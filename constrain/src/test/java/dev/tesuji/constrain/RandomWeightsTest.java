package dev.tesuji.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/// Random weights write JSON that satisfies its schema, or stop for length.
class RandomWeightsTest {
  private static final int SCHEMAS = 1_000;
  private static final int TOKENS = 300;

  private static final ObjectReader EXACT =
      Json.MAPPER
          .reader()
          .with(
              DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
              DeserializationFeature.USE_BIG_INTEGER_FOR_INTS,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Test
  void everyTextParsesAndValidates() {
    List<TokenTrie> tries =
        List.of(
            TokenTrie.of(Vocabularies.bytes()),
            TokenTrie.of(Vocabularies.spanning()),
            TokenTrie.of(Vocabularies.fixture("qwen2_style")),
            TokenTrie.of(Vocabularies.fixture("llama3_style")));
    Random random = new Random(42);
    RandomSchemas schemas = new RandomSchemas(random);
    int done = 0;
    int refused = 0;
    int ended = 0;
    int texts = 0;
    while (done < SCHEMAS) {
      ObjectNode schema = schemas.next();
      Grammar grammar;
      try {
        grammar = Grammar.jsonSchema(Json.line(schema));
      } catch (BadInput e) {
        assertThat(e.getMessage()).matches("(?s).*(satisfiable|which may hold at once|beside).*");
        refused++;
        continue;
      }
      done++;
      Validator validator = new Validator(EXACT.readTree(Json.line(schema)));
      for (TokenTrie trie : tries) {
        texts++;
        String text = RandomTexts.draw(grammar, trie, random, TOKENS);
        if (text != null) {
          ended++;
          JsonNode value = EXACT.readTree(text);
          assertThat(validator.accepts(value)).as(schema + " accepts " + text).isTrue();
          assertThat(Json.isUnicode(value.toString())).isTrue();
        }
      }
    }
    System.out.printf(
        "%d schemas, %d refused; %d of %d texts ended%n", done, refused, ended, texts);
    assertThat(ended).isGreaterThan(texts / 2);
    assertThat(refused).isLessThan(SCHEMAS / 2);
  }
}
