package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.model.ServedModel;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// `/tokenize` and `/detokenize`.
final class TokensEndpoint {
  private final Models models;

  TokensEndpoint(Models models) {
    this.models = models;
  }

  /// Writes a text in tokens: `content`, without special tokens around it, as llama.cpp has it;
  /// `prompt`, with them, as vLLM has it; or `messages`.
  void tokenize(Exchange exchange, RequestBody body, Served served) {
    ServedModel model = models.of(body);
    served.model(model.name());
    String content = body.text("content");
    String prompt = content == null ? body.text("prompt") : content;
    boolean around = body.flag("add_special", body.flag("add_special_tokens", content == null));
    int[] tokens;
    if (prompt != null) {
      tokens =
          around ? model.tokenizer().encodeWithSpecials(prompt) : model.tokenizer().encode(prompt);
    } else if (body.get("messages") != null) {
      tokens =
          ChatPrompt.of(model, new ChatPrompt.Asked(Messages.of(body), null, Map.of(), false))
              .tokens();
    } else {
      throw ApiError.invalid("content", "content must be text, got nothing");
    }
    ObjectNode json = Json.MAPPER.createObjectNode();
    ChatJson.putIds(json.putArray("tokens"), tokens);
    json.put("count", tokens.length).put("max_model_len", model.context());
    exchange.answer(HttpAnswer.of(200, "application/json", Json.line(json)));
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
