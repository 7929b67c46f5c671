package dev.tesuji.endpoint;

import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The answer of an endpoint to a question.
///
/// @param reasoning the thinking, where the endpoint gives it apart; else empty
/// @param text the answer
/// @param finish why it ended: `stop`, `length`, `content_filter`, ...
/// @param usage the tokens that were counted for it
public record ChatReply(String reasoning, String text, String finish, TokenUsage usage) {
  /// Reads the first choice of an answer, of chat or of completions.
  ///
  /// @return nothing where there is no choice with a text or thinking
  static Optional<ChatReply> read(JsonNode answer, TokenUsage usage) {
    JsonNode choice = answer.path("choices").path(0);
    JsonNode message = choice.path("message");
    JsonNode text = message.isObject() ? message.path("content") : choice.path("text");
    String reasoning = text(message.path("reasoning_content"));
    if (reasoning.isEmpty()) {
      reasoning = text(message.path("reasoning"));
    }
    boolean refused = message.path("refusal").isString();
    if (!choice.isObject() || (!text.isString() && reasoning.isEmpty() && !refused)) {
      return Optional.empty();
    }
    String said = refused && !text.isString() ? text(message.path("refusal")) : text(text);
    return Optional.of(new ChatReply(reasoning, said, text(choice.path("finish_reason")), usage));
  }

  /// Returns a text as Unicode: half a surrogate pair, which no file can hold, becomes `?`.
  private static String text(JsonNode node) {
    return new String(node.asString("").getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /// Returns whether the endpoint cut it off, or held it back.
  public boolean isCut() {
    return switch (finish) {
      case "length", "max_tokens", "content_filter" -> true;
      default -> false;
    };
  }

  /// Returns thinking and answer as one text, the thinking between its tags, as a model writes it.
  public String whole() {
    if (reasoning.isEmpty()) {
      return text;
    }
    boolean unfinished = isCut() && text.isEmpty();
    return "<think>" + reasoning + (unfinished ? "" : "</think>" + text);
  }

  /// Writes it for a file.
  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("reasoning", reasoning).put("text", text).put("finish_reason", finish);
    json.set("usage", usage.json());
    return json;
  }

  /// Reads what [#json] wrote.
  static ChatReply of(JsonNode json) {
    return new ChatReply(
        json.path("reasoning").asString(""),
        json.path("text").asString(""),
        json.path("finish_reason").asString(""),
        TokenUsage.read(json.path("usage")).orElse(TokenUsage.NONE));
  }
}
