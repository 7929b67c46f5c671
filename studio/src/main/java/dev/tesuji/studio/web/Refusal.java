package dev.tesuji.studio.web;

import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpAnswer;

/// A request that is not answered, with the status and one sentence that says why.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;

  /// Makes a refusal.
  public Refusal(int status, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
  }

  /// Returns the status.
  public int status() {
    return status;
  }

  /// Returns the answer.
  public HttpAnswer answer() {
    return answer(status, String.valueOf(getMessage()));
  }

  /// Makes the answer of a refusal.
  public static HttpAnswer answer(int status, String sentence) {
    String json = Json.line(Json.MAPPER.createObjectNode().put("error", sentence));
    return HttpAnswer.of(status, "application/json", json).with("cache-control", "no-store");
  }
}
