package dev.tesuji.kernel;

/// The form in which [BlockPanels] keep weights: small whole numbers q, and scales that groups of
/// neighbours along an input share.
///
/// Or weights as bfloat16, without scales: at half of float32's bytes.
///
/// A weight is d q, or d q + m with a least value. The scales d and m are float16; or small whole
/// numbers s and t themselves, by which 256 neighbours' d and e (float16) are multiplied: d s q - e
/// t.
///
/// Where there is a least value, d q is exact in float32, and the sum rounds once: float16 has 11
/// bits, and s and q have at most 13 together (6 and 5 in Q5_K).
///
/// @param bits of q: 4, two to a byte, or 8; 16 for bfloat16
/// @param group how many neighbours share scales: 16 or 32
/// @param least whether a group has a least value; without one, q has a sign
/// @param twice whether scales are scaled themselves
public record BlockForm(int bits, int group, boolean least, boolean twice) {
  /// Outputs that lie side by side, as the lanes of a vector.
  public static final int LANES = Kernels.LANES;

  /// Neighbours along an input that share the scales of scales.
  public static final int SUPER = 256;

  /// bfloat16.
  static final BlockForm NARROW = new BlockForm(16, 16, false, false);

  /// Returns what the depth of a matrix must be a multiple of.
  public int unit() {
    return twice ? SUPER : bits == 16 ? group : 32;
  }

  /// Returns the bytes from one output's q to the next one's.
  int step() {
    return bits == 16 ? 2 : 1;
  }

  /// Returns the bytes of a strip's scales: of [#LANES] outputs.
  ///
  /// Of a form that is not scaled twice, each group's d and m follow one another; of one that is,
  /// each 256's d and e, then each group's s and t. Each is [#LANES] numbers.
  public int scaleBytes(int depth) {
    int each = widened();
    return twice ? depth / SUPER * (2 * each + SUPER / group * each) : depth / group * 2 * each;
  }

  /// Returns the bytes of a strip: its scales, then its whole numbers, those of [#LANES] outputs
  /// for each input in turn. Of two in a byte, the lower half is of the earlier input.
  public int stripBytes(int depth) {
    return scaleBytes(depth) + depth * bits * LANES / 8;
  }

  /// Returns how many numbers a group's scales are, widened; 0 for bfloat16.
  int widened() {
    return bits == 16 ? 0 : least ? 2 * LANES : LANES;
  }
}
