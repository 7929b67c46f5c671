package dev.tesuji.serve.http;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request before its body.
///
/// @param method in capitals
/// @param path without the query
/// @param query what follows the question mark, as it came; empty for none
/// @param headers by name in small letters; of several with one name the first
/// @param remote who asks
public record HttpHead(
    String method, String path, String query, Map<String, String> headers, String remote) {
  /// Copies the map.
  public HttpHead {
    headers = Map.copyOf(headers);
  }

  /// Returns a header; null where there is none.
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }
}
