package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.tesuji.json.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// LangChain4j's client, streamed and not.
@Timeout(60)
class LangChain4jTest {
  @RegisterExtension static final ControlTally TALLY = new ControlTally("LangChain4j");

  private static final String ANSWER = "The answer is café now";
  private static final JsonObjectSchema LOOK =
      JsonObjectSchema.builder()
          .addBooleanProperty("up")
          .required("up")
          .additionalProperties(false)
          .build();
  private static final ToolSpecification TOOL =
      ToolSpecification.builder().name("look").parameters(LOOK).build();
  private static ClientsServer server;

  @BeforeAll
  static void open() {
    server = ClientsServer.open();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder model(String start) {
    return OpenAiChatModel.builder()
        .baseUrl(server.url())
        .apiKey("secret")
        .modelName("scripted")
        .maxRetries(0)
        .returnThinking(true)
        .seed(3)
        .customParameters(Map.of("chat_template_kwargs", Map.of("start", start)));
  }

  private static ChatRequest.Builder say() {
    return ChatRequest.builder().messages(UserMessage.from("Say it."));
  }

  private static ChatResponse ask(String start) {
    return model(start).build().chat(say().build());
  }

  /// A stream put together, with what came piece by piece.
  private record Streamed(ChatResponse whole, String text, String thinking) {}

  private static Streamed stream(String start, ChatRequest request) throws Exception {
    OpenAiStreamingChatModel model =
        OpenAiStreamingChatModel.builder()
            .baseUrl(server.url())
            .apiKey("secret")
            .modelName("scripted")
            .returnThinking(true)
            .seed(3)
            .customParameters(Map.of("chat_template_kwargs", Map.of("start", start)))
            .build();
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    CompletableFuture<ChatResponse> done = new CompletableFuture<>();
    model.chat(
        request,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            text.append(piece);
          }

          @Override
          public void onPartialThinking(PartialThinking piece) {
            thinking.append(piece.text());
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            done.complete(response);
          }

          @Override
          public void onError(Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return new Streamed(done.get(), text.toString(), thinking.toString());
  }

  @Test
  void chats() {
    ChatResponse response = ask("");
    assertThat(response.aiMessage().text()).isEqualTo("Hello world!");
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(5);
    assertThat(response.modelName()).isEqualTo("scripted");
  }

  @Test
  void readsTheThinkingAndItsCount() {
    ChatResponse response = ask("[think]");
    assertThat(response.aiMessage().text()).isEqualTo(ANSWER);
    assertThat(response.aiMessage().thinking()).isEqualTo("Let me see.");
    OpenAiChatResponseMetadata metadata = (OpenAiChatResponseMetadata) response.metadata();
    assertThat(metadata.tokenUsage().outputTokensDetails().reasoningTokens()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[think]", "<think>", "[half]"})
  void aStreamAddsUpToTheWhole(String start) throws Exception {
    ChatResponse whole = ask(start);
    Streamed stream = stream(start, say().build());
    assertThat(stream.text()).isEqualTo(whole.aiMessage().text());
    assertThat(stream.whole().aiMessage().text()).isEqualTo(whole.aiMessage().text());
    String thinking = whole.aiMessage().thinking();
    assertThat(stream.thinking()).isEqualTo(thinking == null ? "" : thinking);
    assertThat(stream.whole().finishReason()).isEqualTo(whole.finishReason());
    assertThat(stream.whole().tokenUsage().outputTokenCount())
        .isEqualTo(whole.tokenUsage().outputTokenCount());
  }

  @Test
  void readsLogProbabilities() {
    OpenAiChatModel model = model("").logprobs(true).topLogprobs(2).build();
    OpenAiChatResponseMetadata metadata =
        (OpenAiChatResponseMetadata) model.chat(say().build()).metadata();
    assertThat(metadata.logProbs()).hasSize(5);
  }

  @Test
  void stopsAndLimits() {
    assertThat(model("").stop(List.of("wor")).build().chat("Say it.")).isEqualTo("Hello ");
    ChatResponse cut = model("[loop]").maxCompletionTokens(4).build().chat(say().build());
    assertThat(cut.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void hasItsSchemaKept() {
    ResponseFormat format =
        ResponseFormat.builder()
            .type(ResponseFormatType.JSON)
            .jsonSchema(JsonSchema.builder().name("look").rootElement(LOOK).build())
            .build();
    OpenAiChatModel model = model("").strictJsonSchema(true).responseFormat(format).build();
    assertThat(Json.MAPPER.readTree(model.chat("Say it.")).path("up").isBoolean()).isTrue();
  }

  private static ChatRequest withTool() {
    return say().toolSpecifications(TOOL).toolChoice(ToolChoice.REQUIRED).build();
  }

  private static void requireCall(AiMessage message) {
    assertThat(message.toolExecutionRequests()).isNotEmpty();
    var call = message.toolExecutionRequests().getFirst();
    assertThat(call.name()).isEqualTo("look");
    assertThat(Json.MAPPER.readTree(call.arguments()).path("up").isBoolean()).isTrue();
  }

  @Test
  void hasItsToolsCalled() throws Exception {
    ChatResponse whole = model("").reasoningEffort("none").build().chat(withTool());
    requireCall(whole.aiMessage());
    assertThat(whole.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    ChatResponse stream = stream("", withTool()).whole();
    requireCall(stream.aiMessage());
    assertThat(stream.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
  }

  @Test
  void sendsBackWhatATurnOfToolsSaid() {
    AiMessage called = model("[call]").reasoningEffort("none").build().chat(withTool()).aiMessage();
    var result = ToolExecutionResultMessage.from(called.toolExecutionRequests().getFirst(), "yes");
    ChatRequest next =
        ChatRequest.builder().messages(UserMessage.from("Up?"), called, result).build();
    assertThat(model("").build().chat(next).aiMessage().text()).isEqualTo("Hello world!");
  }

  @Test
  void isToldWhatIsWrong() {
    assertThatThrownBy(() -> model("").temperature(9.0).build().chat("x"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
    assertThatThrownBy(() -> model("").modelName("scriptd").build().chat("x"))
        .isInstanceOf(ModelNotFoundException.class);
    assertThatThrownBy(() -> model("").apiKey("wrong").build().chat("x"))
        .isInstanceOf(AuthenticationException.class);
  }

  /// Begins a model whose requests have a field that LangChain4j has no name for.
  private static OpenAiChatModel with(String start, String field, Object value) {
    return model(start)
        .customParameters(Map.of("chat_template_kwargs", Map.of("start", start), field, value))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"'',Hello world!,5", "[think],The answer is café now,13", "[half],half,3"})
  void chatsByTable(String start, String text, int tokens) throws Exception {
    assertThat(ask(start).aiMessage().text()).isEqualTo(text);
    assertThat(ask(start).tokenUsage().outputTokenCount()).isEqualTo(tokens);
    assertThat(stream(start, say().build()).whole().tokenUsage().outputTokenCount())
        .isEqualTo(tokens);
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek,Let me see.,false",
    "none,,true",
    "hidden,,false",
    "summary,Hello world!,false"
  })
  void showsOrHidesTheThinking(String format, @Nullable String thinking, boolean inline) {
    AiMessage message = with("[think]", "reasoning_format", format).chat(say().build()).aiMessage();
    assertThat(message.thinking()).isEqualTo(thinking);
    assertThat(message.text())
        .isEqualTo(inline ? "<think>\nLet me see.\n</think>\n\n" + ANSWER : ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "minimal", "low", "medium", "high", "xhigh", "max"})
  void takesAnEffort(String effort) {
    assertThat(model("").reasoningEffort(effort).build().chat("Say it.")).isEqualTo("Hello world!");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void endsTheThinkingAtItsBudget(int budget) {
    ChatResponse response =
        with("[ponder]", "thinking_budget_tokens", budget).chat(say().maxOutputTokens(20).build());
    assertThat(response.aiMessage().text()).isEqualTo(ANSWER);
    assertThat(response.aiMessage().thinking()).isEqualTo("hm" + " hm".repeat(budget - 1));
  }

  @ParameterizedTest
  @CsvSource({"wor,'Hello '", "!,Hello world", "world,'Hello '", "!x,Hello world!"})
  void stopsByTable(String stop, String text) throws Exception {
    assertThat(model("").stop(List.of(stop)).build().chat("Say it.")).isEqualTo(text);
    assertThat(stream("", say().stopSequences(List.of(stop)).build()).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void hasALimit(int most) throws Exception {
    String text = "tick" + " tock".repeat(most - 1);
    assertThat(model("[loop]").maxCompletionTokens(most).build().chat("Say it.")).isEqualTo(text);
    Streamed streamed = stream("[loop]", say().maxOutputTokens(most).build());
    assertThat(streamed.text()).isEqualTo(text);
    assertThat(streamed.whole().finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 20})
  void hasLogProbabilities(int most) {
    OpenAiChatModel model = model("").logprobs(true).topLogprobs(most).build();
    var metadata = (OpenAiChatResponseMetadata) model.chat(say().build()).metadata();
    assertThat(metadata.logProbs()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theSameSeedGivesTheSameText(int seed) {
    OpenAiChatModel model = model("[free]").seed(seed).maxCompletionTokens(12).build();
    assertThat(model.chat("Say it.")).isEqualTo(model.chat("Say it."));
  }

  @ParameterizedTest
  @CsvSource({"temperature,0", "temperature,1.5", "top_p,0.9", "top_k,5", "min_p,0.1", "n,1"})
  void takesSettings(String field, double value) {
    Object number = value == Math.rint(value) ? (Object) (int) value : (Object) value;
    assertThat(with("", field, number).chat("Say it.")).isEqualTo("Hello world!");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"const\": 5}",
        "{\"enum\": [5, \"x\"]}",
        "{\"type\": \"integer\", \"minimum\": 3, \"maximum\": 12}",
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"maxItems\": 2}",
        "{\"anyOf\": [{\"type\": \"null\"}, {\"const\": \"b\"}]}",
        "{\"type\": \"string\", \"pattern\": \"^[ab]{2}$\"}",
        "{\"type\": \"string\", \"format\": \"date\"}"
      })
  void keepsASchema(String value) {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"a\": "
            + value
            + "}, \"required\": [\"a\"], \"additionalProperties\": false}";
    Map<String, Object> format =
        Map.of(
            "type",
            "json_schema",
            "json_schema",
            Map.of("name", "x", "schema", Json.MAPPER.readValue(schema, Object.class)));
    String text = with("", "response_format", format).chat("Say it.");
    assertThat(Json.MAPPER.readTree(text).propertyNames()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTO", "NONE"})
  void doesWithoutTools(ToolChoice choice) throws Exception {
    ChatRequest request = say().toolSpecifications(TOOL).toolChoice(choice).build();
    assertThat(model("").build().chat(request).aiMessage().text()).isEqualTo("Hello world!");
    assertThat(stream("", request).text()).isEqualTo("Hello world!");
  }

  @ParameterizedTest
  @ValueSource(strings = {"look", "turn"})
  void callsANamedTool(String name) {
    ToolSpecification turn = ToolSpecification.builder().name("turn").parameters(LOOK).build();
    Map<String, Object> choice = Map.of("type", "function", "function", Map.of("name", name));
    ChatRequest request = say().toolSpecifications(TOOL, turn).build();
    AiMessage message = with("", "tool_choice", choice).chat(request).aiMessage();
    assertThat(message.toolExecutionRequests()).extracting(call -> call.name()).containsOnly(name);
  }

  @ParameterizedTest
  @CsvSource({
    "temperature,9",
    "top_p,2",
    "n,0",
    "max_tokens,-1",
    "reasoning_effort,huge",
    "reasoning_format,loud",
    "tool_choice,sometimes",
    "top_logprobs,21"
  })
  void isToldWhatIsWrongByTable(String field, String value) {
    Object given = value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value;
    OpenAiChatModel model = with("", field, given);
    assertThatThrownBy(() -> model.chat("x"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(field);
  }

  @Test
  void isToldThatAPromptIsTooLong() {
    OpenAiChatModel model = model("").build();
    assertThatThrownBy(() -> model.chat("a".repeat(9000)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("context_length_exceeded");
  }
}
