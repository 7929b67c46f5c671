package dev.tesuji.gguf;

import org.jspecify.annotations.Nullable;

/// The kinds of values in the metadata, in the order of their numbers.
enum ValueKind {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8), // at least: the length
  ARRAY(12), // at least: kind and count
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int leastBytes;

  ValueKind(int leastBytes) {
    this.leastBytes = leastBytes;
  }

  /// Returns the bytes of a value; of texts and lists the fewest that one can have.
  int leastBytes() {
    return leastBytes;
  }

  /// Finds the kind of a number; null where there is none.
  static @Nullable ValueKind of(int number) {
    return number >= 0 && number < values().length ? values()[number] : null;
  }
}
