package dev.tesuji.gguf;

import static dev.tesuji.kernel.BlockForm.LANES;
import static dev.tesuji.kernel.BlockForm.SUPER;

import dev.tesuji.kernel.BlockForm;
import org.jspecify.annotations.Nullable;

/// Puts the blocks of sixteen rows side by side, as kernels multiply them: the same small numbers
/// and the same scales in another order, nothing rounded.
final class BlockStrips {
  private static final int INFINITE = 0x7C00; // exponent bits of float16

  private BlockStrips() {}

  /// Returns the form that holds all weights of a type; null for types without blocks.
  static @Nullable BlockForm form(GgufType type) {
    return switch (type) {
      case F32, F16, BF16 -> null;
      case Q4_0 -> new BlockForm(4, 32, false, false);
      case Q4_1 -> new BlockForm(4, 32, true, false);
      case Q5_0, Q8_0 -> new BlockForm(8, 32, false, false);
      case Q5_1 -> new BlockForm(8, 32, true, false);
      case Q4_K -> new BlockForm(4, 32, true, true);
      case Q5_K -> new BlockForm(8, 32, true, true);
      case Q6_K -> new BlockForm(8, 16, false, true);
    };
  }

  /// Writes one row into its lane of a strip that was 0.
  ///
  /// @param in the row's blocks
  /// @param strip [BlockForm#stripBytes]
  /// @return whether all scales are finite
  static boolean write(GgufType type, BlockForm form, byte[] in, int lane, byte[] strip) {
    int block = type.blockElements();
    int depth = in.length / type.blockBytes() * block;
    int numbers = form.scaleBytes(depth);
    byte[] codes = new byte[block];
    Lane out = new Lane(form, lane, strip);
    boolean finite = true;
    for (int b = 0; b * block < depth; b++) {
      int at = b * type.blockBytes();
      finite &= writeScales(type, in, at, b, out);
      codes(type, in, at, codes);
      for (int i = 0; i < block; i++) {
        int k = b * block + i;
        if (form.bits() == 8) {
          strip[numbers + k * LANES + lane] = codes[i];
        } else {
          strip[numbers + k / 2 * LANES + lane] |= (byte) ((codes[i] & 15) << (k % 2 * 4));
        }
      }
    }
    return finite;
  }

  /// Where a row's numbers go.
  private record Lane(BlockForm form, int number, byte[] strip) {}

  private static boolean writeScales(GgufType type, byte[] in, int at, int block, Lane out) {
    BlockForm form = out.form;
    byte[] strip = out.strip;
    int lane = out.number;
    if (!form.twice()) {
      int to = form.scaleBytes(block * 32) + 2 * lane;
      return copyHalf(in, at, strip, to)
          && (!form.least() || copyHalf(in, at + 2, strip, to + 2 * LANES));
    }
    int to = form.scaleBytes(block * SUPER);
    if (type == GgufType.Q6_K) {
      for (int g = 0; g < 16; g++) {
        strip[to + (2 + g) * LANES + lane] = in[at + 192 + g];
      }
      return copyHalf(in, at + 208, strip, to + 2 * lane);
    }
    for (int g = 0; g < 8; g++) {
      strip[to + (4 + 2 * g) * LANES + lane] = (byte) Blocks.scale(in, at + 4, g);
      strip[to + (5 + 2 * g) * LANES + lane] = (byte) Blocks.least(in, at + 4, g);
    }
    return copyHalf(in, at, strip, to + 2 * lane)
        && copyHalf(in, at + 2, strip, to + 2 * (LANES + lane));
  }

  private static boolean copyHalf(byte[] in, int at, byte[] out, int to) {
    out[to] = in[at];
    out[to + 1] = in[at + 1];
    return (in[at + 1] << 8 & INFINITE) != INFINITE;
  }

  /// Reads the small numbers of a block, with the sign that they have where there is no least
  /// value.
  private static void codes(GgufType type, byte[] in, int at, byte[] out) {
    switch (type) {
      case Q8_0 -> System.arraycopy(in, at + 2, out, 0, 32);
      case Q4_0 -> halves(in, at + 2, -1, 8, out);
      case Q4_1 -> halves(in, at + 4, -1, 0, out);
      case Q5_0 -> halves(in, at + 6, at + 2, 16, out);
      case Q5_1 -> halves(in, at + 8, at + 4, 0, out);
      case Q4_K -> groups(in, at + 16, -1, out);
      case Q5_K -> groups(in, at + 48, at + 16, out);
      case Q6_K -> sixBits(in, at, out);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no blocks");
    }
  }

  /// Reads 32 numbers, the second half of which lie in the upper halves of bytes.
  ///
  /// @param high where the fifth bits are; -1 without
  /// @param middle what is 0
  private static void halves(byte[] in, int low, int high, int middle, byte[] out) {
    for (int i = 0; i < 16; i++) {
      int first = in[low + i] & 15;
      int second = in[low + i] >> 4 & 15;
      if (high >= 0) {
        first |= (in[high + i / 8] >> (i % 8) & 1) << 4;
        second |= (in[high + 2 + i / 8] >> (i % 8) & 1) << 4;
      }
      out[i] = (byte) (first - middle);
      out[i + 16] = (byte) (second - middle);
    }
  }

  /// Reads 256 numbers, each second group of 32 of which lies in the upper halves of bytes.
  ///
  /// @param high where the fifth bits are; -1 without
  private static void groups(byte[] in, int low, int high, byte[] out) {
    for (int group = 0; group < 8; group++) {
      for (int i = 0; i < 32; i++) {
        int q = in[low + group / 2 * 32 + i] >> (group % 2 * 4) & 15;
        out[group * 32 + i] = (byte) (high < 0 ? q : q | (in[high + i] >> group & 1) << 4);
      }
    }
  }

  private static void sixBits(byte[] in, int at, byte[] out) {
    for (int part = 0; part < 8; part++) { // of 32: four in each half of 128
      int within = part % 4;
      int low = at + part / 4 * 64 + within % 2 * 32;
      int high = at + 128 + part / 4 * 32;
      for (int i = 0; i < 32; i++) {
        int q = (in[low + i] >> (within / 2 * 4) & 15) | (in[high + i] >> (within * 2) & 3) << 4;
        out[part * 32 + i] = (byte) (q - 32);
      }
    }
  }
}
