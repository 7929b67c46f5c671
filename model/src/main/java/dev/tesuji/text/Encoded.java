package dev.tesuji.text;

/// The tokens of a text and the characters that each covers.
///
/// @param ids the token ids
/// @param starts per token, where the characters that it covers begin, in Java's characters
/// @param ends per token, where they end, that place not included
public record Encoded(int[] ids, int[] starts, int[] ends) {}
