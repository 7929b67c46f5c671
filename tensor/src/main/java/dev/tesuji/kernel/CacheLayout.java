package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// How the keys and values of tokens lie in a cache, for one layer.
///
/// Keys lie turned in blocks of as many tokens as a vector has lanes, so that the scores of a block
/// are one vector; values lie as they come. In bfloat16 two numbers lie together where float32 has
/// one: two elements of a key, and an element of two tokens' values.
///
/// | type | keys | values |
/// |---|---|---|
/// | float32 | `[K, capacity / lanes, D, lanes]` | `[K, capacity, width]` |
/// | bfloat16 | `[K, capacity / lanes, D / 2, lanes, 2]` | `[K, capacity / 2, width, 2]` |
///
/// @param heads D, K and width
/// @param type float32 or bfloat16
public record CacheLayout(Heads heads, Dtype type) {
  /// Checks the type.
  public CacheLayout {
    if (type != Dtype.FLOAT32 && type != Dtype.BFLOAT16) {
      throw new IllegalArgumentException("keys and values are not kept in " + type);
    }
  }

  /// Returns the bytes that keys and values take.
  ///
  /// @param capacity tokens that there is room for, a multiple of sixteen
  public long bytes(int capacity) {
    return heads.keys() * (headKeys(capacity) + headValues(capacity));
  }

  boolean isNarrow() {
    return type == Dtype.BFLOAT16;
  }

  /// Bytes of a head's keys.
  long headKeys(int capacity) {
    return (long) type.bytes() * capacity * heads.dim();
  }

  /// Bytes of a head's values.
  long headValues(int capacity) {
    return (long) type.bytes() * capacity * heads.width();
  }
}
