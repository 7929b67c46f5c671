package dev.tesuji.openenv;

import dev.tesuji.check.Require;
import java.net.URI;
import java.time.Duration;

/// A server of environments, and the most that it may take.
///
/// @param url its WebSocket, such as `ws://localhost:8000/ws`
/// @param answer how long it may take for an answer
/// @param bytes the most characters of an answer
public record OpenEnvServer(URI url, Duration answer, int bytes) {
  /// Checks the address and the ranges.
  public OpenEnvServer {
    Require.that(
        url.getHost() != null && String.valueOf(url.getScheme()).matches("wss?"),
        "url",
        "ws://HOST... or wss://HOST...",
        "'" + url + "'");
    Require.that(answer.isPositive(), "seconds", "above 0", answer.toMillis() / 1e3);
    Require.atLeast(1, "bytes", bytes);
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
