package dev.tesuji.gguf;

import java.util.Arrays;

/// Turns numbers into the bytes of blocks, the opposite of [Blocks].
///
/// For the types with scales of scales, the scale of a group is searched for: for some tries the
/// weights are rounded, the scale (and minimum) that then fits best is solved for by least squares,
/// and the try with the smallest error is kept. Larger weights count more. Scales are then rounded
/// in turn, and the weights rounded once more with what a reader will multiply them by.
final class Quantiser {
  private static final int TRIES = 20;

  private Quantiser() {}

  /// Encodes whole blocks from the beginning of one array to that of another.
  ///
  /// @param count how many elements; a multiple of the type's block
  /// @throws IllegalArgumentException for a type that is only read
  static void encode(GgufType type, float[] in, int count, byte[] out) {
    int at = 0;
    for (int from = 0; from < count; from += type.blockElements()) {
      switch (type) {
        case F32 -> put32(out, at, Float.floatToRawIntBits(in[from]));
        case F16 -> putHalf(out, at, in[from]);
        case BF16 -> put16(out, at, upperHalf(in[from]));
        case Q8_0 -> q8(in, from, out, at);
        case Q5_0 -> q5(in, from, out, at);
        case Q4_K -> q4k(in, from, out, at);
        case Q6_K -> q6k(in, from, out, at);
        case Q4_0, Q4_1, Q5_1, Q5_K ->
            throw new IllegalArgumentException(type + " is read and not written");
      }
      at += type.blockBytes();
    }
  }

  private static void put16(byte[] out, int at, int value) {
    out[at] = (byte) value;
    out[at + 1] = (byte) (value >> 8);
  }

  private static void put32(byte[] out, int at, int value) {
    put16(out, at, value);
    put16(out, at + 2, value >> 16);
  }

  /// Stores a float16 and returns what it reads as.
  private static float putHalf(byte[] out, int at, float value) {
    short half = Float.floatToFloat16(value);
    put16(out, at, half);
    return Float.float16ToFloat(half);
  }

  /// Rounds to bfloat16, halves to even.
  private static int upperHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (bits >>> 16) | 64; // stays one
    }
    return (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
  }

  /// Rounds to the nearest whole number, halves away from zero.
  private static int round(float value) {
    return (int) (value < 0 ? value - 0.5f : value + 0.5f);
  }

  private static void q8(float[] in, int from, byte[] out, int at) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(in[from + i]));
    }
    float d = largest / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    putHalf(out, at, d);
    for (int i = 0; i < 32; i++) {
      out[at + 2 + i] = (byte) round(in[from + i] * inverse);
    }
  }

  private static void q5(float[] in, int from, byte[] out, int at) {
    float far = 0; // the weight furthest from 0 becomes -16, which has no opposite
    for (int i = 0; i < 32; i++) {
      far = Math.abs(in[from + i]) > Math.abs(far) ? in[from + i] : far;
    }
    float d = far == 0 ? 0 : far / -16; // not -0
    float inverse = d == 0 ? 0 : 1 / d;
    putHalf(out, at, d);
    int high = 0;
    for (int i = 0; i < 16; i++) {
      int a = Math.clamp((int) (in[from + i] * inverse + 16.5f), 0, 31);
      int b = Math.clamp((int) (in[from + i + 16] * inverse + 16.5f), 0, 31);
      out[at + 6 + i] = (byte) ((a & 15) + 16 * (b & 15));
      high |= (a >> 4 << i) | (b >> 4 << (i + 16));
    }
    put32(out, at + 2, high);
  }

  /// The scale of a group, and what is subtracted (0 in types without).
  private record Fit(float scale, float least, double error) {}

  /// Weights count by their size, and small ones a little too.
  private static double[] importance(float[] in, int from, int count) {
    double squares = 0;
    for (int i = 0; i < count; i++) {
      squares += (double) in[from + i] * in[from + i];
    }
    double usual = Math.sqrt(squares / count);
    double[] importance = new double[count];
    for (int i = 0; i < count; i++) {
      importance[i] = usual + Math.abs(in[from + i]);
    }
    return importance;
  }

  /// Fits x = scale q - least, with q from 0 to `most` and least from 0.
  private static Fit fitWithLeast(float[] in, int from, int count, int most) {
    float low = 0;
    float high = 0;
    for (int i = 0; i < count; i++) {
      low = Math.min(low, in[from + i]);
      high = Math.max(high, in[from + i]);
    }
    if (high == low) {
      return new Fit(0, 0, 0);
    }
    double[] importance = importance(in, from, count);
    Fit best = new Fit(0, 0, Double.POSITIVE_INFINITY);
    for (int t = 0; t <= TRIES; t++) {
      float inverse = (most - 1 + 0.1f * t) / (high - low); // the usual one is the 11th
      int[] q = new int[count];
      for (int i = 0; i < count; i++) {
        q[i] = Math.clamp(round((in[from + i] - low) * inverse), 0, most);
      }
      Fit fit = solve(in, from, importance, q);
      best = fit.error() < best.error() ? fit : best;
    }
    return best;
  }

  /// Returns the scale and offset that suit quantised numbers best.
  private static Fit solve(float[] in, int from, double[] importance, int[] q) {
    double w = 0;
    double wq = 0;
    double wqq = 0;
    double wx = 0;
    double wqx = 0;
    for (int i = 0; i < q.length; i++) {
      w += importance[i];
      wq += importance[i] * q[i];
      wqq += importance[i] * q[i] * q[i];
      wx += importance[i] * in[from + i];
      wqx += importance[i] * q[i] * in[from + i];
    }
    double determinant = w * wqq - wq * wq;
    double scale = determinant > 0 ? (w * wqx - wq * wx) / determinant : 0;
    double least = determinant > 0 ? -(wqq * wx - wq * wqx) / determinant : 0;
    if (least < 0 || determinant <= 0) {
      least = 0;
      scale = wqq > 0 ? wqx / wqq : 0;
    }
    double error = 0;
    for (int i = 0; i < q.length; i++) {
      double off = scale * q[i] - least - in[from + i];
      error += importance[i] * off * off;
    }
    return new Fit((float) scale, (float) least, scale < 0 ? Double.POSITIVE_INFINITY : error);
  }

  private static void q4k(float[] in, int from, byte[] out, int at) {
    Fit[] fits = new Fit[8];
    float scale = 0;
    float least = 0;
    for (int g = 0; g < 8; g++) {
      fits[g] = fitWithLeast(in, from + g * 32, 32, 15);
      scale = Math.max(scale, fits[g].scale());
      least = Math.max(least, fits[g].least());
    }
    float d = putHalf(out, at, scale / 63);
    float e = putHalf(out, at + 2, least / 63);
    for (int g = 0; g < 8; g++) {
      int s = d == 0 ? 0 : Math.clamp(round(fits[g].scale() / d), 0, 63);
      int m = e == 0 ? 0 : Math.clamp(round(fits[g].least() / e), 0, 63);
      putScale(out, at + 4, g, s, m);
    }
    for (int g = 0; g < 8; g++) {
      float step = d * Blocks.scale(out, at + 4, g);
      float below = e * Blocks.least(out, at + 4, g);
      for (int i = 0; i < 32; i++) {
        int q = step == 0 ? 0 : round((in[from + g * 32 + i] + below) / step);
        q = Math.clamp(q, 0, 15);
        int byteAt = at + 16 + g / 2 * 32 + i;
        out[byteAt] = (byte) (g % 2 == 0 ? q : (out[byteAt] & 15) + 16 * q);
      }
    }
  }

  /// Puts a scale and a minimum of 6 bits each where [Blocks#scale] finds them.
  private static void putScale(byte[] out, int at, int group, int scale, int least) {
    if (group < 4) {
      out[at + group] = (byte) scale;
      out[at + group + 4] = (byte) least;
    } else {
      out[at + group + 4] = (byte) ((scale & 15) + 16 * (least & 15));
      out[at + group - 4] |= (byte) (scale >> 4 << 6);
      out[at + group] |= (byte) (least >> 4 << 6);
    }
  }

  /// Fits x = scale q, with q from -32 to 31.
  private static float fitAround(float[] in, int from, int count) {
    float far = 0;
    for (int i = 0; i < count; i++) {
      far = Math.abs(in[from + i]) > Math.abs(far) ? in[from + i] : far;
    }
    if (far == 0) {
      return 0;
    }
    double[] importance = importance(in, from, count);
    double best = 0;
    double scale = 0;
    for (int t = -TRIES / 2; t <= TRIES / 2; t++) {
      float inverse = -(32 + 0.1f * t) / far;
      double qq = 0;
      double qx = 0;
      for (int i = 0; i < count; i++) {
        int q = Math.clamp(round(in[from + i] * inverse), -32, 31);
        qq += importance[i] * q * q;
        qx += importance[i] * q * in[from + i];
      }
      if (qq > 0 && qx * qx / qq > best) { // the error is that of nothing less this
        best = qx * qx / qq;
        scale = qx / qq;
      }
    }
    return (float) scale;
  }

  private static void q6k(float[] in, int from, byte[] out, int at) {
    float[] scales = new float[16];
    float far = 0;
    for (int g = 0; g < 16; g++) {
      scales[g] = fitAround(in, from + g * 16, 16);
      far = Math.abs(scales[g]) > Math.abs(far) ? scales[g] : far;
    }
    float d = putHalf(out, at + 208, far == 0 ? 0 : far / -128);
    for (int g = 0; g < 16; g++) {
      out[at + 192 + g] = (byte) (d == 0 ? 0 : Math.clamp(round(scales[g] / d), -128, 127));
    }
    Arrays.fill(out, at, at + 192, (byte) 0);
    for (int part = 0; part < 8; part++) { // of 32: four in each half of 128
      int within = part % 4;
      int low = at + part / 4 * 64 + within % 2 * 32;
      int high = at + 128 + part / 4 * 32;
      for (int i = 0; i < 32; i++) {
        float step = d * out[at + 192 + part * 2 + i / 16];
        int q = step == 0 ? 0 : round(in[from + part * 32 + i] / step);
        q = Math.clamp(q, -32, 31) + 32;
        out[low + i] |= (byte) ((q & 15) << (within / 2 * 4));
        out[high + i] |= (byte) (q >> 4 << (within * 2));
      }
    }
  }
}
