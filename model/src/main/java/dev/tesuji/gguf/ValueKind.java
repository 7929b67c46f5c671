package dev.tesuji.gguf;

import org.jspecify.annotations.Nullable;

/// The kinds of values in the metadata, in the order of their numbers.
enum ValueKind {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 8), // at least: the length
  ARRAY(9, 12), // at least: kind and count
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int number;
  private final int leastBytes;

  ValueKind(int number, int leastBytes) {
    this.number = number;
    this.leastBytes = leastBytes;
  }

  /// Returns the number that stands for it in a file.
  int number() {
    return number;
  }

  /// Returns the bytes of a value; of texts and lists the fewest that one can have.
  int leastBytes() {
    return leastBytes;
  }

  /// Finds the kind of a number; null where there is none.
  static @Nullable ValueKind of(int number) {
    for (ValueKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    return null;
  }
}
