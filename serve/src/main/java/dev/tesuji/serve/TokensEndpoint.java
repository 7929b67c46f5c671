package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.serve.model.SlowWork;
import dev.tesuji.text.Tokenizer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/tokenize` and `/detokenize`.
final class TokensEndpoint {
  private static final int BYTES = 256; // for a character, while it is written in tokens

  private final Models models;

  TokensEndpoint(Models models) {
    this.models = models;
  }

  /// Writes a text in tokens: `content`, without special tokens around it, as llama.cpp has it;
  /// `prompt`, with them, as vLLM has it; or `messages`.
  void tokenize(Exchange exchange, RequestBody body, Served served) throws InterruptedException {
    ServedModel model = models.of(body);
    served.model(model.name());
    String content = body.text("content");
    String prompt = content == null ? body.text("prompt") : content;
    requireMemory(content == null ? "prompt" : "content", prompt);
    boolean around = body.flag("add_special", body.flag("add_special_tokens", content == null));
    int[] tokens;
    if (prompt != null) {
      Tokenizer tokenizer = model.tokenizer();
      tokens =
          SlowWork.on(
              prompt.length(),
              exchange::whenGone,
              () -> around ? tokenizer.encodeWithSpecials(prompt) : tokenizer.encode(prompt));
    } else if (body.get("messages") != null) {
      ChatPrompt.Asked asked = new ChatPrompt.Asked(Messages.of(body), null, Map.of(), false);
      tokens =
          SlowWork.on(exchange.body().length, exchange::whenGone, () -> ChatPrompt.of(model, asked))
              .tokens();
    } else {
      throw ApiError.invalid("content", "content must be text, got nothing");
    }
    ObjectNode json = Json.MAPPER.createObjectNode();
    ChatJson.putIds(json.putArray("tokens"), tokens);
    json.put("count", tokens.length).put("max_model_len", model.context());
    exchange.answer(HttpAnswer.of(200, "application/json", Json.line(json)));
  }

  /// Refuses a text whose tokens would take more than a part of Java's memory.
  private static void requireMemory(String param, @Nullable String text) {
    long most = Runtime.getRuntime().maxMemory() / BYTES;
    if (text != null && text.length() > most) {
      throw ApiError.of(
          413,
          param
              + " must have at most "
              + most
              + " characters with the memory that this server has, got "
              + text.length());
    }
  }

  /// Writes tokens out, special ones too.
  void detokenize(Exchange exchange, RequestBody body, Served served) {
    ServedModel model = models.of(body);
    served.model(model.name());
    int[] tokens = body.ids("tokens", model.vocabularySize());
    if (tokens == null) {
      throw ApiError.invalid("tokens", "tokens must be a list of token ids, got nothing");
    }
    String text = model.tokenizer().decodeWithSpecials(tokens);
    ObjectNode json = Json.MAPPER.createObjectNode().put("content", text).put("prompt", text);
    exchange.answer(HttpAnswer.of(200, "application/json", Json.line(json)));
  }
}
