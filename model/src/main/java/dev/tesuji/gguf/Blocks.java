package dev.tesuji.gguf;

/// Turns the bytes of blocks into numbers, as each type defines them.
///
/// A scale is a float16. `q` is a small whole number, `d` a scale, `m` what is added:
///
/// | type | a weight is | bits of q |
/// |---|---|---|
/// | Q8_0 | d q | 8, signed |
/// | Q4_0, Q5_0 | d (q - 8), d (q - 16) | 4, 5 |
/// | Q4_1, Q5_1 | d q + m | 4, 5 |
/// | Q4_K, Q5_K | d s q - e t, with s and t of 6 bits per 32 weights | 4, 5 |
/// | Q6_K | d s (q - 32), with s of 8 bits per 16 weights | 6 |
///
/// In types with 5 or 6 bits the highest bits lie apart from the low four.
final class Blocks {
  private Blocks() {}

  /// Decodes whole blocks.
  ///
  /// @param from where the blocks begin in `in`
  /// @param count how many elements; a multiple of the type's block
  static void decode(GgufType type, byte[] in, int from, float[] out, int count) {
    int block = type.blockElements();
    int at = from;
    for (int to = 0; to < count; to += block) {
      switch (type) {
        case F32 -> out[to] = Float.intBitsToFloat(int32(in, at));
        case F16 -> out[to] = half(in, at);
        case BF16 -> out[to] = Float.intBitsToFloat(int16(in, at) << 16);
        case Q8_0 -> q8(in, at, out, to);
        case Q4_0 -> q4(in, at, out, to);
        case Q4_1 -> q41(in, at, out, to);
        case Q5_0 -> q5(in, at, out, to);
        case Q5_1 -> q51(in, at, out, to);
        case Q4_K -> q4k(in, at, out, to);
        case Q5_K -> q5k(in, at, out, to);
        case Q6_K -> q6k(in, at, out, to);
      }
      at += type.blockBytes();
    }
  }

  private static int int16(byte[] in, int at) {
    return (in[at] & 0xFF) | (in[at + 1] & 0xFF) << 8;
  }

  private static int int32(byte[] in, int at) {
    return int16(in, at) | int16(in, at + 2) << 16;
  }

  /// Returns some bits of a number, from a place on.
  private static int bits(int value, int from, int mask) {
    return (value >> from) & mask;
  }

  private static float half(byte[] in, int at) {
    return Float.float16ToFloat((short) int16(in, at));
  }

  private static void q8(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = d * in[at + 2 + i];
    }
  }

  private static void q4(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    for (int i = 0; i < 16; i++) {
      int q = in[at + 2 + i];
      out[to + i] = d * (bits(q, 0, 15) - 8);
      out[to + i + 16] = d * (bits(q, 4, 15) - 8);
    }
  }

  private static void q41(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float m = half(in, at + 2);
    for (int i = 0; i < 16; i++) {
      int q = in[at + 4 + i];
      out[to + i] = d * bits(q, 0, 15) + m;
      out[to + i + 16] = d * bits(q, 4, 15) + m;
    }
  }

  private static void q5(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    int high = int32(in, at + 2);
    for (int i = 0; i < 16; i++) {
      int q = in[at + 6 + i];
      out[to + i] = d * (bits(q, 0, 15) + 16 * bits(high, i, 1) - 16);
      out[to + i + 16] = d * (bits(q, 4, 15) + 16 * bits(high, i + 16, 1) - 16);
    }
  }

  private static void q51(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float m = half(in, at + 2);
    int high = int32(in, at + 4);
    for (int i = 0; i < 16; i++) {
      int q = in[at + 8 + i];
      out[to + i] = d * (bits(q, 0, 15) + 16 * bits(high, i, 1)) + m;
      out[to + i + 16] = d * (bits(q, 4, 15) + 16 * bits(high, i + 16, 1)) + m;
    }
  }

  /// Returns the 6-bit scale of a group of 32, of 8 scales and 8 minima in 12 bytes.
  static int scale(byte[] in, int at, int group) {
    return group < 4
        ? bits(in[at + group], 0, 63)
        : bits(in[at + group + 4], 0, 15) + 16 * bits(in[at + group - 4], 6, 3);
  }

  /// Returns the 6-bit minimum of a group of 32.
  static int least(byte[] in, int at, int group) {
    return group < 4
        ? bits(in[at + group + 4], 0, 63)
        : bits(in[at + group + 4], 4, 15) + 16 * bits(in[at + group], 6, 3);
  }

  private static void q4k(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float e = half(in, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(in, at + 4, group);
      float least = e * least(in, at + 4, group);
      int low = at + 16 + group / 2 * 32;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        out[to + group * 32 + i] = scale * bits(in[low + i], shift, 15) - least;
      }
    }
  }

  private static void q5k(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float e = half(in, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(in, at + 4, group);
      float least = e * least(in, at + 4, group);
      int low = at + 48 + group / 2 * 32;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int q = bits(in[low + i], shift, 15) + 16 * bits(in[at + 16 + i], group, 1);
        out[to + group * 32 + i] = scale * q - least;
      }
    }
  }

  private static void q6k(byte[] in, int at, float[] out, int to) {
    float d = half(in, at + 208);
    for (int part = 0; part < 8; part++) { // of 32: four in each half of 128
      int half = part / 4;
      int within = part % 4;
      int low = at + half * 64 + within % 2 * 32;
      int high = at + 128 + half * 32;
      for (int i = 0; i < 32; i++) {
        int q = bits(in[low + i], within / 2 * 4, 15) + 16 * bits(in[high + i], within * 2, 3);
        float scale = d * in[at + 192 + part * 2 + i / 16];
        out[to + part * 32 + i] = scale * (q - 32);
      }
    }
  }
}
