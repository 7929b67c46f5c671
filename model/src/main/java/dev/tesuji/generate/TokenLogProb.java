package dev.tesuji.generate;

/// A token and its log-probability.
///
/// @param token its id
/// @param logProb under the distribution that tokens were drawn from at this place; -infinity where
///   a filter dropped the token
public record TokenLogProb(int token, float logProb) {}
