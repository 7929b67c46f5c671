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
/// each, per layer two tensors `[rows, capacity, K, D]`. Latent attention stores its latents as
/// keys and no values.
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
        keys.add(make(width.heads(), width.keyDim(), dtype, device));
        if (width.valueDim() > 0) {
          values.add(make(width.heads(), width.valueDim(), dtype, device));
        }
      }
    }
  }

  private Tensor make(int heads, int width, Dtype dtype, Device device) {
    return owner.adopt(Tensor.zeros(dtype, rows, capacity, heads, width).to(device));
  }

  /// Returns the bytes that a cache of these dimensions takes.
  static long bytes(ModelConfig config, long rows, long capacity, Dtype dtype) {
    CacheConfig width = config.attention().cache();
    long perToken = (long) width.heads() * (width.keyDim() + width.valueDim());
    return config.layers() * rows * capacity * perToken * dtype.bytes();
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
      for (Tensor t : keys) {
        t.select(0, to).narrow(0, 0, length).copy_(t.select(0, from).narrow(0, 0, length));
      }
      for (Tensor t : values) {
        t.select(0, to).narrow(0, 0, length).copy_(t.select(0, from).narrow(0, 0, length));
      }
    }
  }

  /// Writes `[R, T, K, D]` keys and values of whole prompts into rows `start` and on.
  ///
  /// @param v null where values are not stored
  void writePrompts(int layer, int start, Tensor k, @Nullable Tensor v) {
    keys.get(layer).narrow(0, start, k.size(0)).narrow(1, 0, k.size(1)).copy_(k);
    if (v != null) {
      values.get(layer).narrow(0, start, v.size(0)).narrow(1, 0, v.size(1)).copy_(v);
    }
  }

  /// Writes `[R, K, D]` keys and values of one token per row.
  ///
  /// @param place int64 `[R]`: row · capacity + position
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
    return t.view((long) rows * capacity, t.size(2), t.size(3));
  }

  private static Tensor view(Tensor t, int rowCount, int length) {
    return t.narrow(0, 0, rowCount).narrow(1, 0, length).transpose(1, 2);
  }
}
