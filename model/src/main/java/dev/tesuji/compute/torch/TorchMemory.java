package dev.tesuji.compute.torch;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.tensor.Dtype;
import java.util.Arrays;

/// Estimates of the memory that libtorch takes, which records by operation.
///
/// @param config the model's dimensions
/// @param dtype the type that it computes in
/// @param product the type in which experts multiply
/// @param widened whether weights and what they are multiplied by are widened to float32 first, and
///   kept so for the gradient ([dev.tesuji.tensor.WidenedProducts])
record TorchMemory(ModelConfig config, Dtype dtype, Dtype product, boolean widened)
    implements ComputeMemory {
  private static final int LOGIT_MATRICES = 5; // of their size, that live at once in a loss
  private static final long KEPT_SCORES = 2; // matrices of capped scores: tanh and softmax
  private static final long LIVE_SCORES = 4; // further ones at once, on the way and back

  @Override
  public long activations(TrainingLoad load) {
    long vocabulary = config.vocabularySize();
    long rows = Math.min(load.tokens(), Compute.logitsRows(config.vocabularySize()));
    return load.tokens() * bytesPerToken(load)
        + experts(load.layers(), load.recompute())
        + (widened ? wideWeights() * (load.recompute() ? 1 : load.layers()) + wideHead() : 0)
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

  /// Returns the bytes of a layer's matrices in float32, those of experts left out.
  private long wideWeights() {
    long attention = 2L * config.attention().queryWidth() + 2L * config.attention().keyWidth();
    long feed =
        config.feedForward().experts() == null ? 3L * config.feedForward().intermediateSize() : 0;
    return (long) Float.BYTES * config.hiddenSize() * (attention + feed);
  }

  /// Returns the bytes of the head in float32, the largest matrix that is widened.
  private long wideHead() {
    return (long) Float.BYTES * config.vocabularySize() * config.hiddenSize();
  }

  private long bytesPerToken(TrainingLoad load) {
    int all = config.layers();
    long kept = 0;
    long largest = 0;
    for (int i = 0; i < all; i++) {
      kept += layer(i);
      largest = Math.max(largest, layer(i) + passing(i, load.recompute()));
    }
    long[] scores = scores(load.longest());
    long most = Arrays.stream(scores).max().orElse(0);
    if (load.recompute()) {
      return largest
          + (KEPT_SCORES + LIVE_SCORES) * most
          + (long) load.layers() * config.hiddenSize() * dtype.bytes();
    }
    long keptScores = KEPT_SCORES * Arrays.stream(scores).sum() / scores.length;
    return load.layers() * (kept / all + keptScores) + (largest - kept / all) + LIVE_SCORES * most;
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
    if (widened) { // the factors of four products
      inFloat += 2 * width + query + config.feedForward().intermediateSize();
    }
    return inDtype * dtype.bytes() + inFloat * Float.BYTES;
  }

  /// Returns what passes by beside that while the layer runs, forwards or back: the outputs of
  /// experts one by one and put together, and their gradients; of a dense layer that is run again
  /// the gradients at what it keeps.
  private long passing(int number, boolean recompute) {
    ExpertsConfig experts = config.feedForward().expertsOf(number);
    return experts == null
        ? (recompute ? layer(number) : 0)
        : experts.perToken()
            * (4L * experts.intermediateSize() * dtype.bytes()
                + 2L * config.hiddenSize() * (dtype.bytes() + Float.BYTES));
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
    long cache = KvCache.bytes(config, capacity.rows(), tokens, Dtype.FLOAT32);
    return cache + (widened ? wideHead() : 0);
  }

  /// Returns 0: operations free their results layer by layer, and the caches are larger.
  @Override
  public long prefill(long tokens, long longest) {
    return 0;
  }
}
