package dev.tesuji.preference;

import dev.tesuji.tokenized.TokenSequence;

/// An answer that is good or is not.
///
/// @param answer the prompt with its answer, which is scored
/// @param mismatched the same prompt with an answer to another one
/// @param desirable whether the answer is good
public record UnpairedExample(TokenSequence answer, TokenSequence mismatched, boolean desirable) {}
