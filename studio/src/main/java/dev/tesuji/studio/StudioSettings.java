package dev.tesuji.studio;

import dev.tesuji.labels.shared.Database;
import dev.tesuji.serve.http.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a studio runs.
///
/// @param runs the folder of runs, which is only read
/// @param labels the folder of label projects and accounts; need not be there
/// @param host where to listen, such as `127.0.0.1`
/// @param port 0 for any that is free
/// @param database where judgements and accounts are that several servers share; null to keep them
///   in the folder
public record StudioSettings(
    Path runs, Path labels, String host, int port, @Nullable Database database) {
  private static final int BODY = 1 << 20;
  private static final int HEAD = 16 << 10;

  /// Keeps judgements and accounts in the folder.
  public StudioSettings(Path runs, Path labels, String host, int port) {
    this(runs, labels, host, port, null);
  }

  HttpSettings http() {
    return new HttpSettings(host, port, BODY, HEAD, Duration.ofMinutes(1));
  }
}
