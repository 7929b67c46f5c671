package dev.tesuji.optim;

/// Writes the elements of a row in one byte each: a float of three bits of fraction, times a power
/// of two that the row shares.
///
/// The scale is the power of two above the row's largest magnitude. An element between two codes is
/// rounded up or down by chance, so that on average it stays what it is: codes lie an eighth of a
/// power of two apart, and to nearest a mean that decays by a thousandth would never move. (Block
/// scales for 8-bit moments are those of [Dettmers et al., 2021](https://arxiv.org/abs/2110.02861);
/// the format and the rounding are not.)
enum RowCode {
  /// A sign and four bits of exponent: magnitudes down to 2^-18 of the scale.
  SIGNED(4),
  /// Five bits of exponent: from 2^-34 of the scale on. What is above 0 stays so, since AdamW
  /// divides by its root.
  POSITIVE(5);

  private static final int FRACTION = 3;

  /// Bits of a float32's fraction that a code has not.
  static final int DROPPED = 23 - FRACTION;

  private final int largest;
  private final float down;
  private final float up;

  RowCode(int exponentBits) {
    int exponents = (1 << exponentBits) - 1;
    largest = (exponents << FRACTION) + (1 << FRACTION) - 1;
    int binades = Float.MAX_EXPONENT - 1 - exponents; // 0.5 and above has the exponent 126
    down = Math.scalb(1f, -binades);
    up = Math.scalb(1f, binades);
  }

  /// Some elements of arrays, and what they are written as at the same places.
  record Row(float[] values, byte[] codes, int from, int n) {
    /// Returns the scale: above the largest magnitude, by at most 2 (short of 2^127); 0 where all
    /// are 0, NaN where one is no number.
    float scale() {
      float most = 0;
      for (int i = from; i < from + n; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      if (most == 0) {
        return 0;
      }
      return most < Float.POSITIVE_INFINITY
          ? Math.scalb(1f, Math.clamp(Math.getExponent(most) + 1, -126, 127))
          : Float.NaN;
    }
  }

  /// Writes a row.
  ///
  /// @param scale the row's
  /// @param chance what the rounding hangs on
  void write(Row row, float scale, int chance) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = Lanes.write(this, row, inverse, chance); i < row.from + row.n; i++) {
      float value = row.values[i];
      int bits = Float.floatToRawIntBits(value);
      int more = Floats.mixed(chance + i) >>> (32 - DROPPED);
      int code = (Float.floatToRawIntBits(Math.abs(value) * inverse * down) + more) >>> DROPPED;
      code = Math.min(code, largest) | (bits >>> 24 & signBit());
      row.codes[i] = (byte) Math.max(code, Math.min(bits, least()));
    }
  }

  /// Reads a row.
  void read(Row row, float scale) {
    for (int i = Lanes.read(this, row, scale); i < row.from + row.n; i++) {
      int code = row.codes[i];
      int bits = (code & largest) << DROPPED | (code & signBit()) << 24;
      row.values[i] = Float.intBitsToFloat(bits) * up * scale;
    }
  }

  /// Returns the largest magnitude's code.
  int largest() {
    return largest;
  }

  /// Returns the bit that says that an element is negative.
  int signBit() {
    return this == SIGNED ? 0x80 : 0;
  }

  /// Returns the least code of what is above 0.
  int least() {
    return this == SIGNED ? 0 : 1;
  }

  /// Returns what brings elements below 1 to where float32's exponents are the code's.
  float down() {
    return down;
  }

  /// Returns 1 / [#down].
  float up() {
    return up;
  }
}
