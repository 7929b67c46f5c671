package dev.tesuji.serve.answer;

import dev.tesuji.generate.TokenLogProb;
import java.util.List;

/// A token of an answer, and what it wrote.
///
/// @param id its id
/// @param logProb its log-probability
/// @param top the most likely tokens at its place
/// @param text what it wrote; empty for the token that ended the answer
/// @param start the place in the answer's whole text where it begins, in characters
/// @param thinking whether it belongs to the thinking
public record TokenText(
    int id, float logProb, List<TokenLogProb> top, String text, long start, boolean thinking) {}
