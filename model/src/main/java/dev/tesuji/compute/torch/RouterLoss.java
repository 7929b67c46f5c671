package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A loss that evens out how the layers of one pass send tokens to experts.
interface RouterLoss extends AutoCloseable {
  /// Makes the loss that a family of models is trained with, summed over the sequences.
  ///
  /// @param weight multiplies it, divided by whatever the sequences are averaged over
  static RouterLoss of(ExpertsConfig config, double weight) {
    return switch (config.scoring()) {
      case SIGMOID -> new BalanceLoss(weight);
      case SOFTMAX -> new PooledBalanceLoss(weight);
    };
  }

  /// Adds a layer.
  ///
  /// @param scores the affinities s, `[N, E]`, with gradient
  /// @param chosen the experts of each token, int64 `[N, k]`
  void add(TokenBatch batch, Tensor scores, Tensor chosen);

  /// Returns the loss of what was added; null where nothing was.
  @Nullable Tensor sum();

  /// Forgets what was added by layers without history, which run again.
  void forget();

  @Override
  void close();
}
