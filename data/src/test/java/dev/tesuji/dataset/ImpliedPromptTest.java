package dev.tesuji.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ImpliedPromptTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "The sky is blue.,The sky is green.,10", // the space goes to the answers
        "It is black,It is blue,8", // TRL cuts inside a word too
        "ab,cd,0",
        " b,cd,0", // nothing is shared, whatever the last character is
        "abc,abcdef,2", // each keeps at least one character
        "a b,a bcd,2", // no difference was met, so that the space stays
        "same,same,3",
        "a,a,0",
        "\"\",a,0",
        "x😀,x😁,1", // the two differ in the second half of a surrogate pair
        "x 😀,x 😁,1",
        "x😀,x😀,1"
      })
  void thePromptIsTheLongestCommonBeginning(String chosen, String rejected, int length) {
    assertThat(ImpliedPrompt.split(new Text.Plain(chosen), new Text.Plain(rejected)))
        .isEqualTo(
            new Example.Preference(
                new Text.Plain(chosen.substring(0, length)),
                new Text.Plain(chosen.substring(length)),
                new Text.Plain(rejected.substring(length))));
  }

  private static Text.Messages messages(String... contents) {
    List<ObjectNode> messages =
        Arrays.stream(contents)
            .map(c -> Json.MAPPER.createObjectNode().put("role", "user").put("content", c))
            .toList();
    return new Text.Messages(messages);
  }

  @Test
  void ofConversationsThePromptIsWholeMessages() {
    assertThat(ImpliedPrompt.split(messages("a", "b", "c"), messages("a", "b", "d", "e")))
        .isEqualTo(new Example.Preference(messages("a", "b"), messages("c"), messages("d", "e")));
    assertThat(ImpliedPrompt.split(messages("a"), messages("b", "c")))
        .isEqualTo(new Example.Preference(messages(), messages("a"), messages("b", "c")));
    assertThat(ImpliedPrompt.split(messages("a", "b"), messages("a", "b")))
        .isEqualTo(new Example.Preference(messages("a"), messages("b"), messages("b")));
  }

  /// The sums are those of TRL's extract_prompt over the same file.
  @Test
  void helpfulAndHarmlessSplitsAsTrlSplitsIt() {
    long[] sums = new long[3];
    Dataset.at(Fixtures.require("data/hh/train.jsonl"))
        .forEach((row, example) -> {
          assertThat(example).as(row.place().toString()).isInstanceOf(Example.Preference.class);
          if (example
              instanceof
              Example.Preference(
                  Text.Plain(String prompt),
                  Text.Plain(String chosen),
                  Text.Plain(String rejected))) {
            sums[0]++;
            sums[1] += prompt.codePointCount(0, prompt.length());
            sums[2] += chosen.startsWith(" ") ? 1 : 0;
            assertThat(prompt + chosen).isEqualTo(row.requireText("chosen"));
            assertThat(prompt + rejected).isEqualTo(row.requireText("rejected"));
          }
        });
    assertThat(sums).containsExactly(1600, 764_909, 1445);
  }
}
