package dev.tesuji.generate;

/// The key of a request's randomness: token t of sample i is drawn with the number at (`seed`,
/// `stream`, `firstSample` + i, t), whatever else is in the batch.
///
/// @param seed of the stream of randomness
/// @param stream for instance a prompt's number; two requests with the same key and prompt get the
///   same completions
/// @param firstSample the number of the request's first sample, so that a part of a prompt's
///   samples can be asked for
public record RandomKey(long seed, long stream, int firstSample) {
  /// Makes the key of a prompt's samples from the first one on.
  public RandomKey(long seed, long stream) {
    this(seed, stream, 0);
  }
}
