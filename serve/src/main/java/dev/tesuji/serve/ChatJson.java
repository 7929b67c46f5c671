package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.serve.api.TokenJson;
import dev.tesuji.serve.api.Usage;
import dev.tesuji.toolcall.Delta;
import dev.tesuji.toolcall.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of chat completions, whole and in pieces.
final class ChatJson {
  private final String id;
  private final String model;
  private final long created;
  private final ChatRequest request;
  private final TokenJson tokens;

  ChatJson(String id, String model, long created, ChatRequest request, TokenJson tokens) {
    this.id = id;
    this.model = model;
    this.created = created;
    this.request = request;
    this.tokens = tokens;
  }

  private ObjectNode head(String object) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", id).put("object", object).put("created", created).put("model", model);
    return json;
  }

  /// Returns a whole answer without its choices.
  ObjectNode whole(int[] prompt) {
    ObjectNode json = head("chat.completion");
    json.putArray("choices");
    if (request.output().tokenIds()) {
      putIds(json.putArray("prompt_token_ids"), prompt);
    }
    return json;
  }

  /// Returns a piece without choices.
  ObjectNode chunk() {
    ObjectNode json = head("chat.completion.chunk");
    json.putArray("choices");
    if (request.output().usageAtEnd()) {
      json.putNull("usage");
    }
    return json;
  }

  /// Returns a piece of one choice.
  ///
  /// @param delta what it brings
  /// @param some the tokens that wrote it
  /// @param finishReason null unless it is the last
  ObjectNode chunk(
      int choice, ObjectNode delta, List<TokenText> some, @Nullable String finishReason) {
    ObjectNode json = chunk();
    ObjectNode entry = json.withArray("choices").addObject();
    entry.put("index", choice).set("delta", delta);
    putTokens(entry, some);
    entry.put("finish_reason", finishReason);
    return json;
  }

  /// Adds log-probabilities and ids where they are asked for.
  void putTokens(ObjectNode entry, List<TokenText> some) {
    List<TokenText> shown = some.stream().filter(this::mayBeSeen).toList();
    if (request.logProbs() < 0 || shown.isEmpty()) {
      entry.putNull("logprobs");
    } else {
      entry.set("logprobs", tokens.chat(shown));
    }
    if (request.output().tokenIds()) {
      putIds(entry.putArray("token_ids"), shown.stream().mapToInt(TokenText::id).toArray());
    }
  }

  /// Returns whether anything of some tokens is told beside what they wrote.
  boolean tellsOf(List<TokenText> some) {
    boolean asked = request.logProbs() >= 0 || request.output().tokenIds();
    return asked && some.stream().anyMatch(this::mayBeSeen);
  }

  private boolean mayBeSeen(TokenText token) {
    return !(token.thinking() && request.reasoning().format().isSecret());
  }

  /// Adds a part of an answer to a delta: text, the beginning of a call, or some of its arguments.
  static void put(ObjectNode delta, Delta part) {
    switch (part) {
      case Delta.Text text -> delta.put("content", text.text());
      case Delta.Begin begin -> {
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", begin.index());
        call.put("id", begin.id()).put("type", "function");
        call.putObject("function").put("name", begin.name()).put("arguments", "");
      }
      case Delta.Arguments some -> {
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", some.index());
        call.putObject("function").put("arguments", some.json());
      }
    }
  }

  /// Adds the calls of a whole answer to its message.
  static void putCalls(ObjectNode message, List<ToolCall> calls) {
    for (ToolCall call : calls) {
      ObjectNode entry = message.withArray("tool_calls").addObject();
      entry.put("id", call.id()).put("type", "function");
      entry.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    }
  }

  static void putIds(ArrayNode to, int[] ids) {
    for (int id : ids) {
      to.add(id);
    }
  }

  /// Returns the last piece, with the counts of tokens.
  ObjectNode usage(Usage usage) {
    ObjectNode json = chunk();
    json.set("usage", usage.json());
    return json;
  }

  /// Adds thinking, or the summary that stands for it, to a message or a piece of one, under both
  /// names that clients know.
  void putThinking(ObjectNode to, String thinking) {
    if (request.reasoning().format().isTold() && !thinking.isEmpty()) {
      to.put("reasoning_content", thinking).put("reasoning", thinking);
    }
  }
}
