package dev.tesuji.compute.torch;

import dev.tesuji.nn.ModelConfig.AttentionConfig.Scores;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The sums of values by scores, where tokens see a window only or scores are capped.
///
/// libtorch's own attention knows neither a cap nor a window, and a mask of whole sequences would
/// take the square of their length. So queries go in blocks, each with the keys that any of them
/// sees.
///
/// @param scores how products become scores
/// @param window how many tokens a query sees, itself among them; 0 for all before it
record TorchScores(Scores scores, int window) {
  private static final int BLOCK = 512; // queries

  /// Returns how many keys a block of queries is compared with at most.
  static long seen(int window, long longest) {
    return window == 0 ? longest : Math.min(longest, (long) window + BLOCK);
  }

  /// Attends causally over whole sequences.
  ///
  /// @param q `[B, H, T, D]`
  /// @param k `[B, H, T, D]`
  /// @param v `[B, H, T, D]`
  Tensor whole(Tensor q, Tensor k, Tensor v) {
    int length = Math.toIntExact(q.size(2));
    boolean windowed = window > 0 && window < length;
    if (scores.cap() == 0 && !windowed) {
      return Tensor.attention(q, k, v, null, true, scores.scale());
    }
    List<Tensor> blocks = new ArrayList<>();
    Mask mask = null;
    for (int start = 0; start < length; start += BLOCK) {
      int count = Math.min(BLOCK, length - start);
      int first = windowed ? Math.max(0, start - window + 1) : 0;
      int seen = start + count - first;
      if (mask == null || !mask.fits(count, seen)) {
        mask = Mask.of(count, seen, windowed ? window : 0, q);
      }
      Tensor keys = k.narrow(2, first, seen);
      Tensor values = v.narrow(2, first, seen);
      blocks.add(masked(q.narrow(2, start, count), keys, values, mask.added()));
    }
    return blocks.size() == 1 ? blocks.getFirst() : Tensor.cat(blocks, 2);
  }

  /// Attends to what a mask leaves.
  ///
  /// @param mask added to the scores, broadcast to `[B, H, T, S]`
  Tensor masked(Tensor q, Tensor k, Tensor v, Tensor mask) {
    double cap = scores.cap();
    if (cap == 0) {
      return Tensor.attention(q, k, v, mask, false, scores.scale());
    }
    Tensor products = q.matmul(k.transpose(2, 3)).mul(scores.scale() / cap);
    return products.tanh().mul(cap).add(mask).softmax(3).matmul(v);
  }

  /// The view that the last `count` of `seen` tokens have of them, in `[count, seen]`.
  private record Mask(int count, int seen, Tensor added) {
    static Mask of(int count, int seen, int window, Tensor beside) {
      float[] mask = new float[count * seen];
      for (int t = 0; t < count; t++) {
        int at = seen - count + t;
        for (int s = 0; s < seen; s++) {
          boolean hidden = s > at || (window > 0 && s <= at - window);
          mask[t * seen + s] = hidden ? Float.NEGATIVE_INFINITY : 0;
        }
      }
      return new Mask(count, seen, Tensor.of(mask, count, seen).to(beside.device()));
    }

    boolean fits(int otherCount, int otherSeen) {
      return count == otherCount && seen == otherSeen;
    }
  }
}
