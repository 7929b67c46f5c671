package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.node.ObjectNode;

/// The answers that are being generated, by the ids that clients were told, and
/// `/v1/chat/completions/control`, which ends the thinking of one.
final class RunningAnswers {
  private static final String END = "reasoning_end";

  private final Map<String, ChatDraw> draws = new ConcurrentHashMap<>();

  /// Generates an answer.
  @FunctionalInterface
  interface Work {
    /// Generates it.
    void run() throws InterruptedException;
  }

  /// Makes an answer known while it is generated.
  void during(String id, ChatDraw draw, Work work) throws InterruptedException {
    draws.put(id, draw);
    try {
      work.run();
    } finally {
      draws.remove(id);
    }
  }

  /// Ends the thinking of the answer that a request names.
  ///
  /// @throws ApiError when it is not running, or cannot be controlled
  void control(Exchange exchange, RequestBody body, Served served) {
    body.ignore("model");
    String id = body.text("id");
    if (id == null) {
      throw ApiError.invalid("id", "id must be that of an answer that is running, got none");
    }
    String action = body.word("action", END, List.of(END));
    served.unknown(body.unread());
    ChatDraw draw = draws.get(id);
    if (draw == null) {
      throw ApiError.of(
          404, "id must be that of a running answer, got '" + BadInput.brief(id) + "'");
    }
    AtomicBoolean ended = draw.ended();
    if (ended == null) {
      throw ApiError.invalid(
          "id", "the answer must have been asked for with reasoning_control true to be controlled");
    }
    ended.set(true);
    ObjectNode json = Json.MAPPER.createObjectNode().put("id", id).put("action", action);
    exchange.answer(HttpAnswer.of(200, "application/json", Json.line(json.put("success", true))));
  }
}
