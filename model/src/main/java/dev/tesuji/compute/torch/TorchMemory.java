package dev.tesuji.compute.torch;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;
import java.util.Arrays;

/// Estimates of the memory that libtorch takes, which records by operation.
///
/// @param config the model's dimensions
/// @param dtype the type that it computes in
record TorchMemory(ModelConfig config, Dtype dtype) implements ComputeMemory {
  private static final int LOGIT_MATRICES = 5; // of their size, that live at once in a loss
  private static final long KEPT_SCORES = 2; // matrices of capped scores: tanh and softmax
  private static final long LIVE_SCORES = 4; // further ones at once, on the way and back

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
    long[] scores = scores(load.longest());
    long most = Arrays.stream(scores).max().orElse(0);
    if (load.recompute()) {
      // The layer that is run again, and the gradients at what it keeps.
      return 2 * layer
          + (KEPT_SCORES + LIVE_SCORES) * most
          + (long) load.layers() * width * dtype.bytes();
    }
    long kept = KEPT_SCORES * Arrays.stream(scores).sum() / scores.length;
    return load.layers() * (layer + kept) + LIVE_SCORES * most;
  }

  /// Returns the bytes of a token's scores in each layer where they are capped, which makes them
  /// one operation at a time; other scores are never all there at once.
  private long[] scores(long longest) {
    long[] bytes = new long[config.layers()];
    if (config.attention() instanceof AttentionConfig.Grouped grouped
        && grouped.scores().cap() != 0) {
      for (int l = 0; l < bytes.length; l++) {
        long seen = TorchScores.seen(config.sight(l).window(), longest);
        bytes[l] = (long) Float.BYTES * grouped.heads() * seen;
      }
    }
    return bytes;
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
