package dev.tesuji.generate;

import java.util.List;

/// The tokens that the model wrote after a prompt.
///
/// @param request what was asked for
/// @param sample which of the request's samples, from 0
/// @param tokens the new token ids, with the token that ended it where one did
/// @param logProbs one per token: its log-probability under the distribution that it was drawn from
/// @param top per token, the most likely tokens at its place; empty unless asked for
/// @param reason why it ended
public record Completion(
    GenerationRequest request,
    int sample,
    int[] tokens,
    float[] logProbs,
    List<List<TokenLogProb>> top,
    FinishReason reason) {
  /// Copies the list.
  public Completion {
    top = List.copyOf(top);
  }
}
