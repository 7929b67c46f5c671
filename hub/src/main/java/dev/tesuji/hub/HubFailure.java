package dev.tesuji.hub;

import org.jspecify.annotations.Nullable;

/// One sentence that says why the hub, or the cache, does not give what was asked for.
final class HubFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The kinds of failures; after some of them a whole copy in the cache will do.
  enum Kind {
    /// The hub cannot be reached, or does not answer as it should.
    UNREACHABLE,
    /// The hub knows the repository and lets this user not read it, or hides whether there is one.
    REFUSED,
    /// There is no such thing on the hub.
    MISSING,
    /// The copy in the cache has not all of it.
    INCOMPLETE,
    /// What the hub says cannot be trusted, or cannot be stored here.
    UNUSABLE
  }

  private final Kind kind;

  HubFailure(Kind kind, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.kind = kind;
  }

  HubFailure(Kind kind, String sentence) {
    this(kind, sentence, null);
  }

  Kind kind() {
    return kind;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  /// Returns whether a whole copy in the cache stands in for what the hub did not give.
  boolean isCacheEnough() {
    return kind == Kind.UNREACHABLE || kind == Kind.REFUSED;
  }
}
