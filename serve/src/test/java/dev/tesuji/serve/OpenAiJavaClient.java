package dev.tesuji.serve;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.util.List;
import java.util.Map;

/// OpenAI's client for Java, and the server of the [ScriptedModel] that it asks.
final class OpenAiJavaClient implements AutoCloseable {
  private final ClientsServer server = ClientsServer.open();
  final OpenAIClient client = client("secret");

  OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.url())
        .apiKey(key)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  /// Begins a question whose answer's script begins after a word.
  static ChatCompletionCreateParams.Builder chat(String start) {
    ChatCompletionCreateParams.Builder builder =
        ChatCompletionCreateParams.builder().model("scripted").addUserMessage("Say it.");
    builder.putAdditionalBodyProperty("seed", JsonValue.from(3)); // deprecated as a method
    return builder.putAdditionalBodyProperty(
        "chat_template_kwargs", JsonValue.from(Map.of("start", start)));
  }

  static ResponseCreateParams.Builder response(String start) {
    return ResponseCreateParams.builder()
        .model("scripted")
        .input("Say it.")
        .putAdditionalBodyProperty("chat_template_kwargs", JsonValue.from(Map.of("start", start)));
  }

  ChatCompletion ask(ChatCompletionCreateParams.Builder builder) {
    return client.chat().completions().create(builder.build());
  }

  ChatCompletion streamed(ChatCompletionCreateParams.Builder builder) {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(builder.build())) {
      stream.stream().forEach(all::accumulate);
    }
    return all.chatCompletion();
  }

  /// Returns a whole answer and a streamed one to the same question.
  List<ChatCompletion> both(ChatCompletionCreateParams.Builder builder) {
    return List.of(ask(builder), streamed(builder));
  }

  static String content(ChatCompletion completion) {
    return completion.choices().getFirst().message().content().orElse("");
  }

  /// Returns a field that the client does not know of the first choice's message; empty where there
  /// is none.
  static String extra(ChatCompletion completion, String field) {
    JsonValue value = completion.choices().getFirst().message()._additionalProperties().get(field);
    return value == null ? "" : value.convert(String.class);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
