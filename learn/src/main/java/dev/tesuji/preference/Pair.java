package dev.tesuji.preference;

import dev.tesuji.tokenized.TokenSequence;

/// Two answers to a prompt, of which one is better.
///
/// @param chosen the prompt with the better answer, which is scored
/// @param rejected the prompt with the worse answer
public record Pair(TokenSequence chosen, TokenSequence rejected) {}
