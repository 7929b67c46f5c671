package dev.tesuji.generate;

import java.util.List;

/// A token as it is drawn.
///
/// @param sample which of the request's samples it belongs to, from 0
/// @param index its place in the completion, from 0
/// @param token its id
/// @param logProb its log-probability under the distribution that it was drawn from
/// @param top the most likely tokens at this place, the most likely first; empty unless asked for
public record GeneratedToken(
    int sample, int index, int token, float logProb, List<TokenLogProb> top) {}
