package dev.tesuji.generate;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The log-probabilities of a given text under the model's own distribution.
///
/// @param tokens the text
/// @param logProbs one per token after the first: of that token after those before it
/// @param top per token after the first, the most likely tokens at its place; empty unless asked
///   for
public record PromptScores(int[] tokens, float[] logProbs, List<List<TokenLogProb>> top) {
  /// Copies the list.
  public PromptScores {
    top = List.copyOf(top);
  }

  /// Reads a text whole.
  static void read(CausalLm model, PromptScoring wanted) {
    int length = wanted.tokens.length;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor hidden = model.hidden(TokenBatch.of(List.of(wanted.tokens), model.device()));
      for (int from = 0; from < length; from += PromptScoring.MOST) {
        try (Scope _ = Scope.open()) {
          int n = Math.min(PromptScoring.MOST, length - from);
          wanted.take(model.logits(hidden.narrow(0, from, n)));
        }
      }
    }
  }
}
