package dev.tesuji.generate;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A text whose log-probabilities are asked for, on its way through an engine.
final class PromptScoring {
  /// The most tokens whose logits are in memory at once: a vocabulary is large.
  static final int MOST = 256;

  final int[] tokens;
  final int top;
  final PromptKey key;
  final CompletableFuture<PromptScores> answer = new CompletableFuture<>();
  private final float[] logProbs;
  private final List<List<TokenLogProb>> best = new ArrayList<>();
  private int scored;

  PromptScoring(int[] tokens, int top, PromptKey key) {
    this.tokens = tokens;
    this.top = top;
    this.key = key;
    logProbs = new float[tokens.length - 1];
  }

  /// Returns whether nobody waits for it any more.
  boolean isOver() {
    return answer.isDone();
  }

  /// Takes what comes after the next tokens, and answers after the last.
  ///
  /// @param logits `[n, V]`
  void take(Tensor logits) {
    int n = (int) Math.min(logits.size(0), logProbs.length - scored);
    if (n > 0) {
      try (Scope _ = Scope.open()) {
        int[] targets = Arrays.copyOfRange(tokens, scored + 1, scored + 1 + n);
        Sampler.Drawn told = Sampler.retold(targets, logits.narrow(0, 0, n).logSoftmax(1), top);
        System.arraycopy(told.logProbs(), 0, logProbs, scored, n);
        for (int i = 0; i < n && top > 0; i++) {
          best.add(told.top(i));
        }
      }
      scored += n;
    }
    if (scored == logProbs.length) {
      answer.complete(new PromptScores(tokens, logProbs, best));
    }
  }

  /// Ends it without an answer.
  void fail(RuntimeException why) {
    answer.completeExceptionally(why);
  }
}
