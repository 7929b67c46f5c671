package dev.tesuji.compute;

/// The sequences that a decoding has memory for.
///
/// @param rows how many at once
/// @param longestPrompt tokens of the longest prompt
/// @param newTokens how many may follow a prompt
/// @param kept the bytes that may be kept of prompts, for others that begin alike; 0 for none
/// @param eightBit whether weights are rounded to 8 bits for it, and what they are multiplied by
public record DecodingCapacity(
    int rows, int longestPrompt, int newTokens, long kept, boolean eightBit) {
  /// Computes with the weights as they are.
  public DecodingCapacity(int rows, int longestPrompt, int newTokens, long kept) {
    this(rows, longestPrompt, newTokens, kept, false);
  }

  /// Keeps nothing of prompts.
  public DecodingCapacity(int rows, int longestPrompt, int newTokens) {
    this(rows, longestPrompt, newTokens, 0);
  }
}
