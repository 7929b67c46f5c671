package dev.tesuji.serve.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// An answer that is sent as a whole.
///
/// @param status such as 200
/// @param headers by name
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
  /// Copies the map.
  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /// Makes an answer of text.
  ///
  /// @param type such as `application/json`
  public static HttpAnswer of(int status, String type, String text) {
    return new HttpAnswer(
        status, Map.of("content-type", type), text.getBytes(StandardCharsets.UTF_8));
  }

  /// Returns the same answer with one more header.
  public HttpAnswer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpAnswer(status, more, body);
  }
}
