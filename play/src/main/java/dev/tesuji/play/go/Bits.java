package dev.tesuji.play.go;

/// A set of points as two words: bit `p` of `low`, or bit `p - 64` of `high`, stands for point `p`.
record Bits(long low, long high) {
  static final Bits NONE = new Bits(0, 0);

  static Bits of(int point) {
    return point < 64 ? new Bits(1L << point, 0) : new Bits(0, 1L << point);
  }

  /// Returns the points below a number.
  static Bits below(int points) {
    return points < 64
        ? new Bits((1L << points) - 1, 0)
        : new Bits(-1, points == 128 ? -1 : (1L << points) - 1);
  }

  boolean has(int point) {
    return ((point < 64 ? low : high) >>> point & 1) != 0;
  }

  boolean isEmpty() {
    return (low | high) == 0;
  }

  int count() {
    return Long.bitCount(low) + Long.bitCount(high);
  }

  /// Returns the lowest point; 128 for none.
  int first() {
    return low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
  }

  Bits and(Bits other) {
    return new Bits(low & other.low, high & other.high);
  }

  Bits or(Bits other) {
    return new Bits(low | other.low, high | other.high);
  }

  Bits without(Bits other) {
    return new Bits(low & ~other.low, high & ~other.high);
  }

  boolean meets(Bits other) {
    return ((low & other.low) | (high & other.high)) != 0;
  }
}
