package dev.tesuji.generate;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The log-probabilities of a given text under the model's own distribution.
///
/// @param tokens the text
/// @param logProbs one per token after the first: of that token after those before it
/// @param top per token after the first, the most likely tokens at its place; empty unless asked
///   for
public record PromptScores(int[] tokens, float[] logProbs, List<List<TokenLogProb>> top) {
  private static final int ROWS = 256; // of logits at a time: a vocabulary is large

  /// Copies the list.
  public PromptScores {
    top = List.copyOf(top);
  }

  /// Reads a text.
  ///
  /// @param top how many of the most likely tokens are told of
  static PromptScores of(CausalLm model, int[] tokens, int top) {
    int scored = tokens.length - 1;
    float[] logProbs = new float[scored];
    List<List<TokenLogProb>> best = new ArrayList<>();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor hidden = model.hidden(TokenBatch.of(List.of(tokens), model.device()));
      for (int from = 0; from < scored; from += ROWS) {
        try (Scope _ = Scope.open()) {
          int n = Math.min(ROWS, scored - from);
          int[] targets = new int[n];
          System.arraycopy(tokens, from + 1, targets, 0, n);
          Tensor all = model.logits(hidden.narrow(0, from, n)).logSoftmax(1);
          Sampler.Drawn told = Sampler.retold(targets, all, top);
          System.arraycopy(told.logProbs(), 0, logProbs, from, n);
          for (int i = 0; i < n && top > 0; i++) {
            best.add(told.top(i));
          }
        }
      }
    }
    return new PromptScores(tokens, logProbs, best);
  }
}
