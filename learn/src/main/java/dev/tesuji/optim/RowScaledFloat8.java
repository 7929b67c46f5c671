package dev.tesuji.optim;

import dev.tesuji.kernel.Lanes;

/// Writes the elements of a row in one byte each: a float of three bits of fraction, times a power
/// of two that the row shares.
///
/// The scale is the power of two above the row's largest magnitude. An element between two codes is
/// rounded up or down by chance, so that on average it stays what it is: codes lie an eighth of a
/// power of two apart, and to nearest a mean that decays by a thousandth would never move. (Block
/// scales for 8-bit moments are those of [Dettmers et al., 2021](https://arxiv.org/abs/2110.02861);
/// the format and the rounding are not.)
enum RowScaledFloat8 {
  /// A sign and four bits of exponent: magnitudes down to 2^-18 of the scale.
  SIGNED,
  /// Five bits of exponent: from 2^-34 of the scale on. What is above 0 stays so, since AdamW
  /// divides by its root.
  POSITIVE;

  private static final int FRACTION = 3;

  private static final Lanes.Format WITH_SIGN = format(4, true);
  private static final Lanes.Format WITHOUT_SIGN = format(5, false);

  private static Lanes.Format format(int exponentBits, boolean signed) {
    int exponents = (1 << exponentBits) - 1;
    int largest = (exponents << FRACTION) + (1 << FRACTION) - 1;
    int binades = Float.MAX_EXPONENT - 1 - exponents; // 0.5 and above has the exponent 126
    return new Lanes.Format(
        23 - FRACTION,
        largest,
        signed ? 0x80 : 0,
        signed ? 0 : 1,
        Math.scalb(1f, -binades),
        Math.scalb(1f, binades));
  }

  private Lanes.Format format() {
    return this == SIGNED ? WITH_SIGN : WITHOUT_SIGN;
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
    Lanes.Format format = format();
    float inverse = scale == 0 ? 0 : 1 / scale;
    float[] values = row.values;
    int i = Lanes.write(format, values, row.codes, row.from, row.n, inverse, chance);
    for (; i < row.from + row.n; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      float low = Math.abs(values[i]) * inverse * format.down();
      int more = Lanes.mix(chance + i) >>> (32 - format.dropped());
      int code = (Float.floatToRawIntBits(low) + more) >>> format.dropped();
      code = Math.min(code, format.largest()) | (bits >>> 24 & format.signBit());
      row.codes[i] = (byte) Math.max(code, Math.min(bits, format.least()));
    }
  }

  /// Reads a row.
  void read(Row row, float scale) {
    Lanes.Format format = format();
    int i = Lanes.read(format, row.codes, row.values, row.from, row.n, scale);
    for (; i < row.from + row.n; i++) {
      int code = row.codes[i];
      int bits = (code & format.largest()) << format.dropped() | (code & format.signBit()) << 24;
      row.values[i] = Float.intBitsToFloat(bits) * format.up() * scale;
    }
  }
}
