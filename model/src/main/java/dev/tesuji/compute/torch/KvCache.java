package dev.tesuji.compute.torch;

import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.CacheConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keys and values of sequences that are being generated: `rows` of them, up to `capacity` tokens
/// each, per layer two tensors `[rows, places, K, D]`. Latent attention stores its latents as keys
/// and no values.
///
/// A layer with a window of W tokens has room for W only, a ring: the token at position p lies at
/// place p mod W, over the one that has just left the window. Attention does not ask in what order
/// keys lie, since they are turned by their positions before they come here.
///
/// Rows in use are the first ones; [#move] closes the gap that a finished row leaves.
final class KvCache implements AutoCloseable {
  private final Scope owner = Scope.owner();
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final int rows;
  private final int capacity;

  KvCache(ModelConfig config, int rows, int capacity, Dtype dtype, Device device) {
    this.rows = rows;
    this.capacity = capacity;
    CacheConfig width = config.attention().cache();
    try (Scope _ = Scope.open()) {
      for (int i = 0; i < config.layers(); i++) {
        int places = places(config.sight(i).window());
        long[] shape = {rows, places, width.heads(), width.keyDim()};
        keys.add(owner.adopt(Tensor.zeros(dtype, shape).to(device)));
        if (width.valueDim() > 0) {
          shape[3] = width.valueDim();
          values.add(owner.adopt(Tensor.zeros(dtype, shape).to(device)));
        }
      }
    }
  }

  /// Returns for how many tokens of a row layers with a window have room; 0 for no window.
  int places(int window) {
    return places(window, capacity);
  }

  private static int places(int window, int capacity) {
    return window == 0 ? capacity : Math.min(window, capacity);
  }

  /// Returns the bytes that a cache of these dimensions takes.
  static long bytes(ModelConfig config, long rows, int capacity, Dtype dtype) {
    CacheConfig width = config.attention().cache();
    long perToken = (long) width.heads() * (width.keyDim() + width.valueDim());
    long tokens = 0;
    for (int i = 0; i < config.layers(); i++) {
      tokens += places(config.sight(i).window(), capacity);
    }
    return tokens * rows * perToken * dtype.bytes();
  }

  /// Returns the number of rows.
  int rows() {
    return rows;
  }

  /// Returns the number of tokens that a row can hold.
  int capacity() {
    return capacity;
  }

  /// Copies the first `length` tokens of one row over another.
  void move(int from, int to, int length) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      keys.forEach(t -> move(t, from, to, length));
      values.forEach(t -> move(t, from, to, length));
    }
  }

  private static void move(Tensor t, int from, int to, int length) {
    long some = Math.min(length, t.size(1));
    t.select(0, to).narrow(0, 0, some).copy_(t.select(0, from).narrow(0, 0, some));
  }

  /// Writes `[R, T, K, D]` keys and values of whole prompts into rows `start` and on.
  ///
  /// @param lengths of the prompts
  /// @param v null where values are not stored
  void writePrompts(int layer, int start, int[] lengths, Tensor k, @Nullable Tensor v) {
    writePrompts(keys.get(layer), start, lengths, k);
    if (v != null) {
      writePrompts(values.get(layer), start, lengths, v);
    }
  }

  private static void writePrompts(Tensor cache, int start, int[] lengths, Tensor tokens) {
    int places = Math.toIntExact(cache.size(1));
    int longest = Math.toIntExact(tokens.size(1));
    Tensor rows = cache.narrow(0, start, tokens.size(0));
    if (longest <= places) {
      rows.narrow(1, 0, longest).copy_(tokens);
      return;
    }
    Tensor which = Tensor.of(seen(lengths, longest, places)).to(tokens.device());
    Tensor flat = tokens.reshape((long) lengths.length * longest, tokens.size(2), tokens.size(3));
    rows.copy_(flat.indexSelect(0, which).view(rows.shape().sizes()));
  }

  /// Returns for each place of each row which token of the prompts, end to end, lies there: the
  /// last at a position of that remainder; where there is none, any.
  private static int[] seen(int[] lengths, int longest, int places) {
    int[] which = new int[lengths.length * places];
    for (int r = 0; r < lengths.length; r++) {
      int last = lengths[r] - 1;
      for (int place = 0; place < places; place++) {
        int back = Math.floorMod(last - place, places);
        which[r * places + place] = r * longest + Math.max(0, last - back);
      }
    }
    return which;
  }

  /// Writes `[R, K, D]` keys and values of one token per row.
  ///
  /// @param place int64 `[R]`: row · places + position mod places
  /// @param v null where values are not stored
  void writeTokens(int layer, Tensor place, Tensor k, @Nullable Tensor v) {
    flat(keys.get(layer)).indexCopy_(0, place, k);
    if (v != null) {
      flat(values.get(layer)).indexCopy_(0, place, v);
    }
  }

  /// Returns the keys of the first rows and tokens as `[R, K, S, D]`.
  Tensor keys(int layer, int rowCount, int length) {
    return view(keys.get(layer), rowCount, length);
  }

  /// Returns the values of the first rows and tokens as `[R, K, S, D]`.
  Tensor values(int layer, int rowCount, int length) {
    return view(values.get(layer), rowCount, length);
  }

  @Override
  public void close() {
    owner.close();
  }

  private Tensor flat(Tensor t) {
    return t.view((long) rows * t.size(1), t.size(2), t.size(3));
  }

  private static Tensor view(Tensor t, int rowCount, int length) {
    return t.narrow(0, 0, rowCount).narrow(1, 0, length).transpose(1, 2);
  }
}
