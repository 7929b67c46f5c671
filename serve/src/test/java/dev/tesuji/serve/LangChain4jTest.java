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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// LangChain4j's client, streamed and not.
@Timeout(60)
class LangChain4jTest {
  private static final String ANSWER = "The answer is café now";
  private static final JsonObjectSchema LOOK =
      JsonObjectSchema.builder()
          .addBooleanProperty("up")
          .required("up")
          .additionalProperties(false)
          .build();
  private static final ToolSpecification TOOL =
      ToolSpecification.builder().name("look").parameters(LOOK).build();
  private static TestServer server;

  @BeforeAll
  static void open() {
    server = new TestServer("secret");
  }

  @AfterAll
  static void close() throws InterruptedException {
    server.awaitIdle();
    server.close();
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder model(String start) {
    return OpenAiChatModel.builder()
        .baseUrl(server.uri("/v1").toString())
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
            .baseUrl(server.uri("/v1").toString())
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
    AiMessage called = model("").reasoningEffort("none").build().chat(withTool()).aiMessage();
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
}
