package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Fetches from a stub into a folder, with short pauses, and keeps what was said.
final class Fetched {
  static final Patience QUICK =
      new Patience(4, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(5));

  final Map<String, String> environment = new HashMap<>();
  final ByteArrayOutputStream said = new ByteArrayOutputStream();
  Patience patience = QUICK;

  Fetched(StubHub stub, Path cache) {
    environment.put("HF_ENDPOINT", stub.url());
    environment.put("HF_HUB_CACHE", cache.toString());
    environment.put("HF_HOME", cache.resolveSibling("home").toString());
    environment.put("HF_HUB_DOWNLOAD_TIMEOUT", "1");
    environment.put("HF_HUB_ETAG_TIMEOUT", "1");
  }

  Fetched with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /// Returns the snapshot's folder.
  Path model(String name, String... patterns) {
    return fetch(Address.of(name, Repository.Kind.MODEL), patterns);
  }

  Path dataset(String name, String... patterns) {
    return fetch(Address.of(name, Repository.Kind.DATASET), patterns);
  }

  Path fetch(Address address, String... patterns) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new Hub(HubSettings.of(environment))
        .fetch(address, List.of(patterns), new Meter(out, false, address.toString()), patience);
  }

  /// Returns the sentence with which it fails.
  String failure(String name, String... patterns) {
    try {
      Path got = model(name, patterns);
      throw new AssertionError("no failure, but " + got);
    } catch (BadInput e) {
      return String.valueOf(e.getMessage());
    }
  }

  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
