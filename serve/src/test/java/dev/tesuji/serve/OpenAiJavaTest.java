package dev.tesuji.serve;

import static dev.tesuji.serve.OpenAiJavaClient.chat;
import static dev.tesuji.serve.OpenAiJavaClient.content;
import static dev.tesuji.serve.OpenAiJavaClient.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseStreamEvent;
import dev.tesuji.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenAI's own client for Java, which reads answers strictly.
@Timeout(60)
class OpenAiJavaTest {
  @RegisterExtension static final ControlTally TALLY = new ControlTally("openai-java");

  private static final String ANSWER = "The answer is café now";
  private static OpenAiJavaClient open;
  private static OpenAIClient client;

  @BeforeAll
  static void open() {
    open = new OpenAiJavaClient();
    client = open.client;
  }

  @AfterAll
  static void close() {
    open.close();
  }

  private static ChatCompletion ask(ChatCompletionCreateParams.Builder builder) {
    return open.ask(builder);
  }

  private static ChatCompletion streamed(ChatCompletionCreateParams.Builder builder) {
    return open.streamed(builder);
  }

  @Test
  void chats() {
    ChatCompletion completion = ask(chat(""));
    assertThat(content(completion)).isEqualTo("Hello world!");
    assertThat(completion.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(completion.usage().orElseThrow().completionTokens()).isEqualTo(5);
    assertThat(completion.model()).isEqualTo("scripted");
  }

  @Test
  void readsTheThinkingAndItsCount() {
    ChatCompletion completion = ask(chat("[think]"));
    assertThat(content(completion)).isEqualTo(ANSWER);
    JsonValue thinking =
        completion.choices().getFirst().message()._additionalProperties().get("reasoning_content");
    assertThat(thinking).isEqualTo(JsonValue.from("Let me see."));
    assertThat(
            completion
                .usage()
                .orElseThrow()
                .completionTokensDetails()
                .orElseThrow()
                .reasoningTokens())
        .contains(5L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[think]", "<think>", "[half]"})
  void aStreamAddsUpToTheWhole(String start) {
    ChatCompletionStreamOptions options =
        ChatCompletionStreamOptions.builder().includeUsage(true).build();
    ChatCompletion stream = streamed(chat(start).streamOptions(options));
    ChatCompletion whole = ask(chat(start));
    assertThat(content(stream)).isEqualTo(content(whole));
    assertThat(stream.usage()).isEqualTo(whole.usage());
    assertThat(stream.choices().getFirst().finishReason())
        .isEqualTo(whole.choices().getFirst().finishReason());
  }

  @Test
  void readsLogProbabilities() {
    for (ChatCompletion completion :
        List.of(
            ask(chat("").logprobs(true).topLogprobs(3)),
            streamed(chat("").logprobs(true).topLogprobs(3)))) {
      var tokens = completion.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
      assertThat(tokens).hasSize(5);
      assertThat(tokens.getFirst().token()).isEqualTo("Hello");
      assertThat(tokens.getFirst().logprob()).isBetween(-0.01, 0.0);
      assertThat(tokens.getFirst().topLogprobs()).hasSize(3);
    }
  }

  @Test
  void hasSeveralChoicesStopsAndLimits() {
    ChatCompletion three = ask(chat("[free]").n(3).maxCompletionTokens(6));
    assertThat(three.choices()).hasSize(3);
    assertThat(ask(chat("[free]").n(3).maxCompletionTokens(6)).choices())
        .extracting(c -> c.message().content())
        .isEqualTo(three.choices().stream().map(c -> c.message().content()).toList());
    assertThat(content(ask(chat("").stop("wor")))).isEqualTo("Hello ");
    assertThat(content(ask(chat("").stopOfStrings(List.of("x", "world"))))).isEqualTo("Hello ");
    assertThat(ask(chat("[loop]").maxCompletionTokens(4)).choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
  }

  private static Map<String, Object> schema() {
    return Map.of(
        "type",
        "object",
        "properties",
        Map.of("up", Map.of("type", "boolean")),
        "required",
        List.of("up"),
        "additionalProperties",
        false);
  }

  @Test
  void hasItsSchemaKept() {
    ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
        ResponseFormatJsonSchema.JsonSchema.Schema.builder();
    schema().forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
    ResponseFormatJsonSchema format =
        ResponseFormatJsonSchema.builder()
            .jsonSchema(
                ResponseFormatJsonSchema.JsonSchema.builder()
                    .name("look")
                    .strict(true)
                    .schema(schema.build())
                    .build())
            .build();
    String text = content(ask(chat("").responseFormat(format)));
    assertThat(Json.MAPPER.readTree(text).path("up").isBoolean()).isTrue();
  }

  private static ChatCompletionCreateParams.Builder withTool(String start) {
    FunctionParameters.Builder parameters = FunctionParameters.builder();
    schema()
        .forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
    return chat(start)
        .addFunctionTool(
            FunctionDefinition.builder().name("look").parameters(parameters.build()).build())
        .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
        .reasoningEffort(ReasoningEffort.of("none"))
        .parallelToolCalls(false);
  }

  @Test
  void hasItsToolsCalled() {
    for (ChatCompletion completion : open.both(withTool(""))) {
      var choice = completion.choices().getFirst();
      assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
      var call = choice.message().toolCalls().orElseThrow().getFirst().asFunction();
      assertThat(call.function().name()).isEqualTo("look");
      assertThat(Json.MAPPER.readTree(call.function().arguments()).path("up").isBoolean()).isTrue();
    }
  }

  @Test
  void sendsBackWhatATurnOfToolsSaid() {
    var message = ask(withTool("[call]")).choices().getFirst().message();
    String id = message.toolCalls().orElseThrow().getFirst().asFunction().id();
    var builder = chat("").addMessage(message);
    builder.addMessage(
        com.openai.models.chat.completions.ChatCompletionToolMessageParam.builder()
            .toolCallId(id)
            .content("yes")
            .build());
    assertThat(content(ask(builder))).isEqualTo("Hello world!");
  }

  @Test
  void isToldWhatIsWrong() {
    assertThatThrownBy(() -> ask(chat("").temperature(9)))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> {
              assertThat(e.param()).contains("temperature");
              assertThat(e.type()).contains("invalid_request_error");
            });
    assertThatThrownBy(() -> ask(chat("").model("scriptd"))).isInstanceOf(NotFoundException.class);
    OpenAIClient stranger = open.client("wrong");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
  }

  @Test
  void listsModels() {
    assertThat(client.models().list().data()).extracting(m -> m.id()).containsExactly("scripted");
    assertThat(client.models().retrieve("scripted").id()).isEqualTo("scripted");
  }

  @Test
  void completesTexts() {
    var completion =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model("scripted")
                    .prompt("[loop]")
                    .maxTokens(3)
                    .logprobs(2)
                    .build());
    assertThat(completion.choices().getFirst().text()).isEqualTo("tick tock tock");
    assertThat(completion.choices().getFirst().logprobs().orElseThrow().tokens().orElseThrow())
        .hasSize(3);
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(part -> part.asOutputText().text())
        .reduce("", String::concat);
  }

  @Test
  void hasResponses() {
    Response response = client.responses().create(response("[think]").build());
    assertThat(text(response)).isEqualTo(ANSWER);
    assertThat(response.output().getFirst().asReasoning().content().orElseThrow())
        .extracting(part -> part.text())
        .containsExactly("Let me see.");
    assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens()).isEqualTo(5);
  }

  @Test
  void hasResponsesStreamedWithASummary() {
    StringBuilder text = new StringBuilder();
    StringBuilder summary = new StringBuilder();
    Response[] last = new Response[1];
    ResponseCreateParams params =
        response("[think]")
            .reasoning(Reasoning.builder().summary(Reasoning.Summary.AUTO).build())
            .build();
    try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
      stream.stream()
          .forEach(event -> {
            event.validate();
            event.outputTextDelta().ifPresent(delta -> text.append(delta.delta()));
            event.reasoningSummaryTextDelta().ifPresent(delta -> summary.append(delta.delta()));
            event.completed().ifPresent(done -> last[0] = done.response());
          });
    }
    assertThat(text).hasToString(ANSWER);
    assertThat(summary).hasToString("Hello world!");
    assertThat(text(last[0])).isEqualTo(ANSWER);
  }

  @Test
  void readsTheLogProbabilitiesOfResponses() {
    ResponseCreateParams params =
        response("").addInclude(ResponseIncludable.MESSAGE_OUTPUT_TEXT_LOGPROBS).build();
    var part =
        client
            .responses()
            .create(params)
            .output()
            .getFirst()
            .asMessage()
            .content()
            .getFirst()
            .asOutputText();
    assertThat(part.logprobs().orElseThrow())
        .extracting(t -> t.token())
        .containsExactly("Hello", " wor", "ld", "!");
  }
}
