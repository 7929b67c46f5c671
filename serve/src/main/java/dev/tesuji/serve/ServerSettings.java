package dev.tesuji.serve;

import dev.tesuji.serve.http.HttpSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// How a server runs.
///
/// @param http where it listens
/// @param keys clients must give one of these; none for an open server
/// @param grace how long answers may go on after the server was asked to stop
/// @param summaryModel the name of the served model that sums up thinking; empty for the one that
///   thought
/// @param log takes lines about requests and troubles, each a JSON object
public record ServerSettings(
    HttpSettings http,
    List<String> keys,
    Duration grace,
    String summaryModel,
    Consumer<String> log) {
  /// Copies the list.
  public ServerSettings {
    keys = List.copyOf(keys);
  }
}
