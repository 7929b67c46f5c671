package dev.tesuji.bench;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.AdamW;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Policy;
import dev.tesuji.random.Rng;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One update of a model on random texts, to be done again and again.
final class BenchUpdate implements AutoCloseable {
  private final ComputeConfig compute;
  private final Policy policy;
  private final AdamW optimizer;
  private final List<TokenSequence> batch = new ArrayList<>();

  /// Prepares an update.
  ///
  /// @param texts how many
  /// @param length tokens of each
  BenchUpdate(CausalLm model, Bench.Compute how, int texts, int length) {
    compute = how.config();
    policy = new Policy(model, 1, compute);
    optimizer = new AdamW(model.trained(), how.optimizer());
    for (int b = 0; b < texts; b++) {
      batch.add(TokenSequence.whole(randomTokens(model, b, length)));
    }
  }

  /// Draws a text.
  static int[] randomTokens(CausalLm model, int text, int length) {
    int[] ids = new int[length];
    for (int t = 0; t < length; t++) {
      ids[t] = Rng.below(model.config().vocabularySize(), 1, text, t, 0);
    }
    return ids;
  }

  /// Makes the update.
  void run() {
    double scored = batch.stream().mapToInt(TokenSequence::scored).sum();
    for (int[] part : MicroBatches.split(batch, compute.tokensPerDevice())) {
      policy.backward(
          Policy.Micro.whole(Arrays.stream(part).mapToObj(batch::get).toList()),
          t -> t.logProbs().neg().sum().div(scored));
    }
    optimizer.clip();
    optimizer.update(OptimizerConfig.DEFAULT.learningRate());
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
