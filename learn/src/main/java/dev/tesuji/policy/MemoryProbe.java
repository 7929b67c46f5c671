package dev.tesuji.policy;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tries the largest training pass that can come, so that memory runs out before the run and not
/// after hours of it.
public final class MemoryProbe {
  private MemoryProbe() {}

  /// Reads `tokens` tokens in sequences of `longest`, forwards and backwards, and drops the
  /// gradients.
  public static void run(CausalLm model, int tokens, int longest, ComputeConfig compute) {
    int length = Math.max(2, Math.min(longest, model.config().maxPositions()));
    int[] ids = new int[length];
    Arrays.fill(ids, model.config().vocabularySize() - 1);
    List<TokenSequence> batch = new ArrayList<>();
    for (int t = 0; t == 0 || t + length <= tokens; t += length) {
      batch.add(TokenSequence.whole(ids));
    }
    try (Scope _ = Scope.open()) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      new Policy(model, 1, compute)
          .backward(Policy.Micro.whole(batch), t -> t.logProbs().sum().mul(0));
    } finally {
      model.loads().reset(); // where experts would have sent these tokens says nothing
      model
          .trained()
          .forEach(p -> {
            p.tensor().clearGrad();
            p.tensor().requiresGrad(false);
          });
    }
  }
}
