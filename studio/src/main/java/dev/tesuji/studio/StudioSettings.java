package dev.tesuji.studio;

import dev.tesuji.serve.http.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;

/// How a studio runs.
///
/// @param runs the folder of runs, which is only read
/// @param labels the folder of label projects and accounts; need not be there
/// @param host where to listen, such as `127.0.0.1`
/// @param port 0 for any that is free
public record StudioSettings(Path runs, Path labels, String host, int port) {
  private static final int BODY = 1 << 20;
  private static final int HEAD = 16 << 10;

  HttpSettings http() {
    return new HttpSettings(host, port, BODY, HEAD, Duration.ofMinutes(1));
  }
}
