package dev.tesuji.compute.torch;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.tensor.Dtype;

/// Estimates of the memory that libtorch takes, which records by operation.
///
/// @param config the model's dimensions
/// @param dtype the type that it computes in
/// @param product the type in which experts multiply
record TorchMemory(ModelConfig config, Dtype dtype, Dtype product) implements ComputeMemory {
  private static final int LOGIT_MATRICES = 5; // of their size, that live at once in a loss

  @Override
  public long activations(TrainingLoad load) {
    long vocabulary = config.vocabularySize();
    long rows = Math.min(load.tokens(), Compute.logitsRows(config.vocabularySize()));
    long perToken = bytesPerToken(load.layers(), load.recompute());
    return load.tokens() * perToken
        + experts(load.layers(), load.recompute())
        + LOGIT_MATRICES * Float.BYTES * vocabulary * rows;
  }

  /// Returns what the weights of experts take beside themselves and their gradients: the gradients
  /// of one layer, expert by expert and put together, and the weights rounded to the product's type
  /// for as long as a gradient is to come back through them.
  private long experts(int layers, boolean recompute) {
    ExpertsConfig experts = config.feedForward().experts();
    if (experts == null) {
      return 0;
    }
    long layer = 3L * config.hiddenSize() * experts.intermediateSize() * experts.routed();
    long rounded = product == dtype ? 0 : layer * product.bytes() * (recompute ? 1 : layers);
    return layer * (product.bytes() + dtype.bytes()) + rounded;
  }

  private long bytesPerToken(int layers, boolean recompute) {
    int all = config.layers();
    long kept = 0;
    long largest = 0;
    for (int i = 0; i < all; i++) {
      kept += layer(i);
      largest = Math.max(largest, layer(i) + passing(i));
    }
    long width = config.hiddenSize();
    return recompute
        ? largest + layers * width * dtype.bytes()
        : layers * kept / all + largest - kept / all;
  }

  /// Returns what a layer keeps of a token for the gradient.
  private long layer(int number) {
    long width = config.hiddenSize();
    long query = config.attention().queryWidth();
    long keyValue = 2 * config.attention().keyWidth();
    long inDtype = 6 * width + 2 * query + keyValue;
    long inFloat = 5 * query + 4 * keyValue;
    ExpertsConfig experts = config.feedForward().expertsOf(number);
    if (experts == null) {
      inDtype += 5L * config.feedForward().intermediateSize();
    } else {
      SharedExpert shared = experts.shared();
      inDtype += shared == null ? 0 : 5L * shared.intermediateSize() + width;
      inDtype += experts.perToken() * (4L * experts.intermediateSize() + 3 * width);
      if (product != dtype) { // the rounded factors are kept beside what they were rounded from
        inFloat += experts.perToken() * (experts.intermediateSize() + width);
      }
      inFloat += width + 4L * experts.routed() + 8L * experts.perToken();
    }
    return inDtype * dtype.bytes() + inFloat * Float.BYTES;
  }

  /// Returns what passes by beside that while the layer runs, forwards or back: the outputs of
  /// experts one by one and put together, and their gradients.
  private long passing(int number) {
    ExpertsConfig experts = config.feedForward().expertsOf(number);
    return experts == null
        ? 0
        : experts.perToken()
            * (4L * experts.intermediateSize() * dtype.bytes()
                + 2L * config.hiddenSize() * (dtype.bytes() + Float.BYTES));
  }

  @Override
  public long decoding(DecodingCapacity capacity, int prompts) {
    int tokens = capacity.longestPrompt() + capacity.newTokens();
    return KvCache.bytes(config, capacity.rows(), tokens, Dtype.FLOAT32);
  }

  /// Returns 0: operations free their results layer by layer, and the caches are larger.
  @Override
  public long prefill(long tokens) {
    return 0;
  }
}
