package dev.tesuji.compute;

/// The sequences that a decoding has memory for.
///
/// @param rows how many at once
/// @param longestPrompt tokens of the longest prompt
/// @param newTokens how many may follow a prompt
public record DecodingCapacity(int rows, int longestPrompt, int newTokens) {}
