package dev.tesuji.serve;

import static dev.tesuji.serve.OpenAiJavaClient.chat;
import static dev.tesuji.serve.OpenAiJavaClient.content;
import static dev.tesuji.serve.OpenAiJavaClient.extra;
import static dev.tesuji.serve.OpenAiJavaClient.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import dev.tesuji.json.Json;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// OpenAI's own client for Java, by tables.
@Timeout(60)
class OpenAiJavaTableTest {
  @RegisterExtension static final ControlTally TALLY = new ControlTally("openai-java");

  private static final String ANSWER = "The answer is café now";
  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "look", "parameters": SCHEMA}},
       {"type": "function", "function": {"name": "turn", "parameters": SCHEMA}}]\
      """
          .replace(
              "SCHEMA",
              "{\"type\": \"object\", \"properties\": {\"up\": {\"type\": \"boolean\"}},"
                  + " \"required\": [\"up\"], \"additionalProperties\": false}");
  private static OpenAiJavaClient open;

  @BeforeAll
  static void open() {
    open = new OpenAiJavaClient();
  }

  @AfterAll
  static void close() {
    open.close();
  }

  /// Begins a question with a field as JSON.
  private static ChatCompletionCreateParams.Builder with(String start, String field, String json) {
    return chat(start)
        .putAdditionalBodyProperty(
            field, JsonValue.from(Json.MAPPER.readValue(json, Object.class)));
  }

  @ParameterizedTest
  @CsvSource({"'',Hello world!,5", "[think],The answer is café now,13", "[half],half,3"})
  void chats(String start, String text, int tokens) {
    ChatCompletion whole = open.ask(chat(start));
    assertThat(content(whole)).isEqualTo(text);
    assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(tokens);
    assertThat(content(open.streamed(chat(start)))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek,Let me see.,false",
    "none,'',true",
    "hidden,'',false",
    "summary,Hello world!,false"
  })
  void showsOrHidesTheThinking(String format, String thinking, boolean inline) {
    ChatCompletion whole = open.ask(with("[think]", "reasoning_format", "\"" + format + "\""));
    assertThat(extra(whole, "reasoning_content")).isEqualTo(thinking);
    assertThat(content(whole))
        .isEqualTo(inline ? "<think>\nLet me see.\n</think>\n\n" + ANSWER : ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "minimal", "low", "medium", "high", "xhigh"})
  void takesAnEffort(String effort) {
    for (ChatCompletion c : open.both(chat("").reasoningEffort(ReasoningEffort.of(effort)))) {
      assertThat(content(c)).isEqualTo("Hello world!");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void endsTheThinkingAtItsBudget(int budget) {
    ChatCompletion whole =
        open.ask(with("[ponder]", "thinking_budget_tokens", "" + budget).maxCompletionTokens(20));
    assertThat(content(whole)).isEqualTo(ANSWER);
    assertThat(
            whole.usage().orElseThrow().completionTokensDetails().orElseThrow().reasoningTokens())
        .contains(budget + 2L); // with both tags
  }

  @ParameterizedTest
  @CsvSource({"wor,'Hello '", "!,Hello world", "world,'Hello '", "!x,Hello world!", "Hello,''"})
  void stops(String stop, String text) {
    for (ChatCompletion c : open.both(chat("").stopOfStrings(List.of(stop)))) {
      assertThat(content(c)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void hasALimit(int most) {
    for (ChatCompletion c : open.both(chat("[loop]").maxCompletionTokens(most))) {
      assertThat(content(c)).isEqualTo("tick" + " tock".repeat(most - 1));
      assertThat(c.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void hasSeveralChoices(int n) {
    assertThat(open.both(chat("[free]").n(n).maxCompletionTokens(6)))
        .allSatisfy(c -> assertThat(c.choices()).hasSize(n));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 20})
  void hasLogProbabilities(int most) {
    for (ChatCompletion c : open.both(chat("").logprobs(true).topLogprobs(most))) {
      assertThat(c.choices().getFirst().logprobs().orElseThrow().content().orElseThrow())
          .hasSize(5)
          .allSatisfy(token -> assertThat(token.topLogprobs()).hasSize(most));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"const\": 5}",
        "{\"enum\": [5, \"x\"]}",
        "{\"type\": \"integer\", \"minimum\": 3, \"maximum\": 12}",
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 1, \"maxItems\": 2}",
        "{\"anyOf\": [{\"type\": \"null\"}, {\"const\": \"b\"}]}",
        "{\"type\": \"string\", \"pattern\": \"^[ab]{2}$\"}",
        "{\"type\": \"string\", \"format\": \"date\"}"
      })
  void keepsASchema(String value) {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"a\": "
            + value
            + "}, \"required\": [\"a\"], \"additionalProperties\": false}";
    String format =
        "{\"type\": \"json_schema\", \"json_schema\": {\"name\": \"x\", \"strict\": true,"
            + " \"schema\": "
            + schema
            + "}}";
    JsonNode read = Json.MAPPER.readTree(content(open.ask(with("", "response_format", format))));
    assertThat(read.propertyNames()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"required\" | look turn",
        "{\"type\": \"function\", \"function\": {\"name\": \"look\"}} | look",
        "{\"type\": \"function\", \"function\": {\"name\": \"turn\"}} | turn"
      })
  void callsTools(String choice, String names) {
    var question =
        with("", "tools", TOOLS)
            .putAdditionalBodyProperty(
                "tool_choice", JsonValue.from(Json.MAPPER.readValue(choice, Object.class)));
    for (ChatCompletion c : open.both(question)) {
      assertThat(c.choices().getFirst().finishReason())
          .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
      assertThat(content(c)).isEmpty();
      assertThat(c.choices().getFirst().message().toolCalls().orElseThrow())
          .isNotEmpty()
          .allSatisfy(call -> {
            assertThat(names).contains(call.asFunction().function().name());
            String arguments = call.asFunction().function().arguments();
            assertThat(Json.MAPPER.readTree(arguments).path("up").isBoolean()).isTrue();
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void doesWithoutTools(String choice) {
    var question =
        with("", "tools", TOOLS).putAdditionalBodyProperty("tool_choice", JsonValue.from(choice));
    assertThat(content(open.ask(question))).isEqualTo("Hello world!");
  }

  @ParameterizedTest
  @CsvSource({
    "temperature,9",
    "top_p,2",
    "n,0",
    "max_tokens,-1",
    "reasoning_effort,'\"huge\"'",
    "reasoning_format,'\"loud\"'",
    "messages,[]",
    "stop,5",
    "tool_choice,'\"sometimes\"'"
  })
  void isToldWhatIsWrong(String field, String value) {
    var question = with("", field, value);
    assertThatThrownBy(() -> open.ask(question))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains(field));
    assertThatThrownBy(() -> open.streamed(question)).isInstanceOf(BadRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"[loop]\"", "[\"[loop]\", \"[loop]\"]", "[91, 97]", "[[91], [97]]"})
  void completesTexts(String prompt) {
    var completion =
        open.client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model("scripted")
                    .prompt("")
                    .putAdditionalBodyProperty(
                        "prompt", JsonValue.from(Json.MAPPER.readValue(prompt, Object.class)))
                    .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true))
                    .maxTokens(3)
                    .build());
    assertThat(completion.usage().orElseThrow().completionTokens())
        .isEqualTo(3L * completion.choices().size());
  }

  @Test
  void echoesAPrompt() { // without log-probabilities: the client does not take the first, null
    var choice =
        open.client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model("scripted")
                    .prompt("[loop]")
                    .echo(true)
                    .maxTokens(2)
                    .build())
            .choices()
            .getFirst();
    assertThat(choice.text()).isEqualTo("[loop]tick tock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "concise", "detailed"})
  void hasResponsesWithASummary(String summary) {
    var params =
        response("[think]")
            .reasoning(Reasoning.builder().summary(Reasoning.Summary.of(summary)).build())
            .build();
    assertThat(open.client.responses().create(params).output().getFirst().asReasoning().summary())
        .extracting(part -> part.text())
        .containsExactly("Hello world!");
  }

  @Test
  void goesAwayFromAStream() {
    try (var stream =
        open.client
            .chat()
            .completions()
            .createStreaming(chat("[loop]").maxCompletionTokens(4000).build())) {
      assertThat(stream.stream().findFirst()).isPresent();
    }
    assertThat(content(open.ask(chat("")))).isEqualTo("Hello world!");
  }

  @Test
  void hasResponsesThatAreIncomplete() {
    var params = response("[loop]").maxOutputTokens(16).build();
    var answer = open.client.responses().create(params);
    assertThat(answer.incompleteDetails().orElseThrow().reason().orElseThrow().asString())
        .isEqualTo("max_output_tokens");
    assertThat(answer.status().orElseThrow().asString()).isEqualTo("incomplete");
  }
}
