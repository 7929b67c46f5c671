package dev.tesuji.compute.torch;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;

/// Estimates of the memory that libtorch takes, which records by operation.
///
/// @param config the model's dimensions
/// @param dtype the type that it computes in
record TorchMemory(ModelConfig config, Dtype dtype) implements ComputeMemory {
  private static final int LOGIT_MATRICES = 5; // of their size, that live at once in a loss
  private static final int SCORE_MATRICES = 4; // tanh, capped, masked, softmax

  @Override
  public long activations(TrainingLoad load) {
    long vocabulary = config.vocabularySize();
    long rows = Math.min(load.tokens(), Compute.logitsRows(config.vocabularySize()));
    long perToken = bytesPerToken(load);
    return load.tokens() * perToken + LOGIT_MATRICES * Float.BYTES * vocabulary * rows;
  }

  private long bytesPerToken(TrainingLoad load) {
    long width = config.hiddenSize();
    long query = config.attention().queryWidth();
    long keyValue = 2 * config.attention().keyWidth();
    long inDtype = 6 * width + 2 * query + keyValue + 5L * config.feedForward().intermediateSize();
    long inFloat = 5 * query + 4 * keyValue;
    long layer = inDtype * dtype.bytes() + inFloat * Float.BYTES;
    long all = layer + scoreBytes(load.longest());
    return load.recompute() ? all + load.layers() * width * dtype.bytes() : load.layers() * all;
  }

  /// Returns the bytes of a token's capped scores in a layer, which are kept at every step between
  /// products and values; scores that are not capped are never all there at once.
  private long scoreBytes(long longest) {
    return config.attention() instanceof AttentionConfig.Grouped grouped
            && grouped.scores().cap() != 0
        ? (long) SCORE_MATRICES * Float.BYTES * grouped.heads() * longest
        : 0;
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
