package dev.tesuji.generate;

/// Receives the tokens and completions of one request.
///
/// Called on the thread that drives the engine, between two steps, so it must be quick. It may
/// submit requests and cancel them. One that throws has its request cancelled, and the step throws
/// the same once the others' tokens are handed out.
@FunctionalInterface
public interface GenerationListener {
  /// Is told that the prompt of a sample is read, before its first token is drawn.
  ///
  /// @param found how many of the prompt's tokens had been read before for another one
  default void began(int sample, int found) {}

  /// Takes the newest token of a sample, the one that ends it included.
  default void drawn(GeneratedToken token) {}

  /// Takes a completion: called exactly once for each sample, also for one that was cancelled
  /// before its first token.
  void finished(Completion completion);
}
