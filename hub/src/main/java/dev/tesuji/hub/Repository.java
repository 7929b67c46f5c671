package dev.tesuji.hub;

import java.util.Locale;

/// A repository on the hub.
///
/// @param kind what it holds
/// @param owner the user or the organisation
/// @param name its name there
public record Repository(Kind kind, String owner, String name) {
  /// The kinds of repositories.
  public enum Kind {
    /// Weights, tokenizer and configuration.
    MODEL,
    /// Rows to learn from or to be asked.
    DATASET;

    /// Returns the word in the hub's addresses and in the names of the cache's folders.
    String plural() {
      return name().toLowerCase(Locale.ROOT) + "s";
    }

    /// Returns what an address begins with.
    String prefix() {
      return this == MODEL ? "" : plural() + "/";
    }

    /// Returns the word for people.
    String word() {
      return this == MODEL ? "model" : "data set";
    }
  }

  /// Returns `OWNER/NAME`.
  String id() {
    return owner + "/" + name;
  }

  /// Returns the name of its folder in the cache.
  String folder() {
    return kind.plural() + "--" + owner + "--" + name;
  }
}
