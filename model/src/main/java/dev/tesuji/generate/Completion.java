package dev.tesuji.generate;

/// The tokens that the model wrote after a prompt.
///
/// @param prompt the prompt
/// @param sample which of the prompt's samples, from 0
/// @param tokens the new token ids, with the token that ended it where one did
/// @param logProbs one per token: its log-probability under the distribution that it was drawn from
/// @param reason why it ended
public record Completion(
    Prompt prompt, int sample, int[] tokens, float[] logProbs, FinishReason reason) {}
