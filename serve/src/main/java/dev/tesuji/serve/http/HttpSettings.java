package dev.tesuji.serve.http;

import java.time.Duration;

/// Where a server listens, and what it bears.
///
/// @param host such as `127.0.0.1`
/// @param port 0 for any that is free
/// @param maxBody the most bytes of a request's body
/// @param maxHead the most bytes of a request's headers
/// @param patience how long a client may take to send a request, to read some of an answer, or to
///   keep an unused connection
public record HttpSettings(String host, int port, int maxBody, int maxHead, Duration patience) {
  /// Makes settings with the usual limits: 16 MiB of body, 32 KiB of headers, a minute.
  public HttpSettings(String host, int port) {
    this(host, port, 16 << 20, 32 << 10, Duration.ofMinutes(1));
  }
}
