package dev.tesuji.compute;

/// The sequences that a decoding has memory for.
///
/// @param rows how many at once
/// @param longestPrompt tokens of the longest prompt
/// @param newTokens how many may follow a prompt
/// @param kept the bytes that may be kept of prompts, for others that begin alike; 0 for none
public record DecodingCapacity(int rows, int longestPrompt, int newTokens, long kept) {
  /// Keeps nothing of prompts.
  public DecodingCapacity(int rows, int longestPrompt, int newTokens) {
    this(rows, longestPrompt, newTokens, 0);
  }
}
