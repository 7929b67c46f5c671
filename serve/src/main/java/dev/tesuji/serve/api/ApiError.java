package dev.tesuji.serve.api;

import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpAnswer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A refusal in the shape that OpenAI's clients read.
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";
  private static final int RETRY_SECONDS = 1;

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;

  private ApiError(
      int status, String type, @Nullable String param, @Nullable String code, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
  }

  /// Makes the error of a field that is wrong.
  public static ApiError invalid(String param, String sentence) {
    return new ApiError(400, INVALID, param, "invalid_value", sentence);
  }

  /// Makes the error of a field that cannot be met.
  public static ApiError unsupported(String param, String sentence) {
    return new ApiError(400, INVALID, param, "unsupported_parameter", sentence);
  }

  /// Makes the error of a request that is wrong as a whole.
  public static ApiError invalid(String sentence) {
    return new ApiError(400, INVALID, null, null, sentence);
  }

  /// Makes the error of a prompt that is too long.
  public static ApiError tooLong(String param, String sentence) {
    return new ApiError(400, INVALID, param, "context_length_exceeded", sentence);
  }

  /// Makes the error of a model that is not served.
  public static ApiError noModel(String sentence) {
    return new ApiError(404, INVALID, "model", "model_not_found", sentence);
  }

  /// Makes the error of a missing or wrong key.
  public static ApiError noKey() {
    return new ApiError(
        401,
        INVALID,
        null,
        "invalid_api_key",
        "the header Authorization must be 'Bearer KEY' with a key of this server");
  }

  /// Makes the error of a server that has too much to do.
  public static ApiError busy(String sentence) {
    return new ApiError(429, "rate_limit_error", null, "queue_full", sentence);
  }

  /// Returns whether it says that the server has too much to do.
  public boolean isBusy() {
    return status == 429;
  }

  /// Makes the error of a server that is not ready or stops.
  public static ApiError unavailable(String sentence) {
    return new ApiError(503, SERVER, null, "unavailable", sentence);
  }

  /// Makes the error of a defect.
  public static ApiError defect(String sentence) {
    return new ApiError(500, SERVER, null, "internal_error", sentence);
  }

  /// Makes an error with another status.
  public static ApiError of(int status, String sentence) {
    return new ApiError(status, status < 500 ? INVALID : SERVER, null, null, sentence);
  }

  /// Returns the same error with another name of a field, or of the one that it stands in.
  public ApiError renamed(String from, String to) {
    if (param == null || !param.startsWith(from)) {
      return this;
    }
    String sentence = String.valueOf(getMessage()).replace(from, to);
    return new ApiError(status, type, to + param.substring(from.length()), code, sentence);
  }

  /// Returns the status.
  public int status() {
    return status;
  }

  /// Returns `{error: {message, type, param, code}}`.
  public ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ObjectNode error = json.putObject("error");
    error.put("message", getMessage()).put("type", type).put("param", param).put("code", code);
    return json;
  }

  /// Returns it as an answer.
  public HttpAnswer answer() {
    HttpAnswer answer = HttpAnswer.of(status, "application/json", Json.line(json()));
    return switch (status) {
      case 429, 503 -> answer.with("retry-after", Integer.toString(RETRY_SECONDS));
      case 401 -> answer.with("www-authenticate", "Bearer");
      default -> answer;
    };
  }
}
