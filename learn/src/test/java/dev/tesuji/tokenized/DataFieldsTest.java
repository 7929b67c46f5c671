package dev.tesuji.tokenized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Text;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Goes through the table of `docs/data-fields.md`, which says what each field does.
class DataFieldsTest {
  private static final String TEMPLATE =
      "{{ tools | tojson if tools }}{{ documents | tojson if documents }}{{ enable_thinking }}"
          + "{% for m in messages %}<{{ m.role }}>{{ m.name }}{{ m.reasoning_content }}"
          + "{{ m.tool_calls | tojson if m.tool_calls }}{{ m.content }}!{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private static final String TALK =
      """
      [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
       {"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Yes"}]\
      """;

  private static final Map<String, String> ROWS =
      Map.ofEntries(
          Map.entry("text", "{\"text\": \"A text.\"}"),
          Map.entry("messages", "{\"messages\": " + TALK + "}"),
          Map.entry("openai", "{\"messages\": " + TALK + "}"),
          Map.entry("prompt-completion", "{\"prompt\": \"Why?\", \"completion\": \"So.\"}"),
          Map.entry(
              "prompt-completion-chat",
              "{\"prompt\": [{\"role\": \"user\", \"content\": \"Why?\"}], \"completion\":"
                  + " [{\"role\": \"assistant\", \"content\": \"So.\"}]}"),
          Map.entry("prompt-only", "{\"prompt\": \"Why?\"}"),
          Map.entry(
              "preference", "{\"prompt\": \"Why?\", \"chosen\": \"So.\", \"rejected\": \"No.\"}"),
          Map.entry(
              "preference-chat",
              "{\"prompt\": [{\"role\": \"user\", \"content\": \"Why?\"}], \"chosen\":"
                  + " [{\"role\": \"assistant\", \"content\": \"So.\"}], \"rejected\":"
                  + " [{\"role\": \"assistant\", \"content\": \"No.\"}]}"),
          Map.entry("unpaired", "{\"prompt\": \"Why?\", \"completion\": \"So.\", \"label\": true}"),
          Map.entry("ranking", "{\"prompt\": \"Why?\", \"responses\": [\"a\", \"b\", \"c\"]}"),
          Map.entry(
              "stepwise",
              "{\"prompt\": \"Why?\", \"completions\": [\"a\", \"b\"], \"labels\": [true, false]}"),
          Map.entry(
              "sharegpt",
              "{\"conversations\": [{\"from\": \"human\", \"value\": \"Hi\"}, {\"from\": \"gpt\","
                  + " \"value\": \"Hello\"}, {\"from\": \"human\", \"value\": \"Well?\"},"
                  + " {\"from\": \"gpt\", \"value\": \"Yes\"}]}"),
          Map.entry(
              "openai-preference",
              "{\"input\": {\"messages\": [{\"role\": \"user\", \"content\": \"Why?\"}]},"
                  + " \"preferred_output\": [{\"role\": \"assistant\", \"content\": \"So.\"}],"
                  + " \"non_preferred_output\": [{\"role\": \"assistant\", \"content\": \"No.\"}]}"));

  private static Tokenizer tokenizer;
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  static Stream<Arguments> table() throws IOException {
    return Files.readAllLines(Fixtures.checkout().resolve("docs/data-fields.md")).stream()
        .filter(line -> line.matches("\\| [a-z-]+ \\|.*") && !line.startsWith("| format "))
        .map(line ->
            Arguments.of(
                Arrays.stream(line.split(" \\| "))
                    .map(c -> c.replaceAll("^\\| | \\|$", ""))
                    .toArray()));
  }

  @Test
  void theTableSpeaksOfEveryFormat() throws IOException {
    assertThat(table().map(a -> a.get()[0])).containsAll(ROWS.keySet()).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aFieldDoesWhatTheTableSays(
      String format, String field, String example, String verdict, String what) throws IOException {
    ObjectNode plain = (ObjectNode) Json.MAPPER.readTree(ROWS.get(format));
    ObjectNode changed = plain.deepCopy();
    put(changed, field.split("\\."), Json.MAPPER.readTree(example));
    String without = outcome(plain);
    switch (verdict) {
      case "honoured" -> assertThat(outcome(changed)).as(what).isNotEqualTo(without);
      case "left alone" -> assertThat(outcome(changed)).as(what).isEqualTo(without);
      case "refused" ->
          assertThatThrownBy(() -> outcome(changed))
              .as(what)
              .isInstanceOf(BadInput.class)
              .hasMessageContaining("row.jsonl:1: field '")
              .hasMessageContaining(field.substring(field.lastIndexOf('.') + 1));
      default -> throw new AssertionError("no verdict: " + verdict);
    }
  }

  private static void put(JsonNode row, String[] path, JsonNode value) {
    JsonNode at = row;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.isArray() ? at.get(Integer.parseInt(path[i])) : at.get(path[i]);
    }
    String last = path[path.length - 1];
    if (at instanceof ArrayNode list) {
      list.set(Integer.parseInt(last), value);
    } else {
      ((ObjectNode) at).set(last, value);
    }
  }

  /// Returns all that is learned from a row.
  private String outcome(ObjectNode row) throws IOException {
    Path file = Files.writeString(folder.resolve("row.jsonl"), Json.line(row) + "\n");
    TokenizedDataset.Words words =
        new TokenizedDataset.Words(tokenizer, 0, ChatTemplate.parse(TEMPLATE, "template"));
    StringBuilder outcome = new StringBuilder();
    new Dataset(List.of(file), Columns.DEFAULT, null)
        .forEach((r, example) -> outcome.append(learned(r, example, words)));
    return outcome.toString();
  }

  private static String learned(Row row, Example example, TokenizedDataset.Words words) {
    return switch (example) {
      case Example.LanguageModeling _ -> shown(TokenizedDataset.sequence(row, example, words));
      case Example.PromptCompletion _ -> shown(TokenizedDataset.sequence(row, example, words));
      case Example.Preference(Text prompt, Text chosen, Text rejected) ->
          shown(TokenizedDataset.answer(row, prompt, chosen, words))
              + shown(TokenizedDataset.answer(row, prompt, rejected, words));
      default -> example.toString();
    };
  }

  private static String shown(TokenSequence sequence) {
    return Arrays.toString(sequence.ids()) + Arrays.toString(sequence.targets());
  }
}
