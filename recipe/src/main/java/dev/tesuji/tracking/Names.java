package dev.tesuji.tracking;

/// Names of metrics, parameters and artefacts as MLflow takes them.
final class Names {
  private static final int LONGEST = 250;

  private Names() {}

  /// Returns a name with `_` for each sign that MLflow refuses.
  static String allowed(String name) {
    String safe = name.replaceAll("[^\\w.\\-/ ]", "_");
    return safe.length() <= LONGEST ? safe : safe.substring(0, LONGEST);
  }
}
