package dev.tesuji.kernel;

import static dev.tesuji.kernel.BlockLanes.half;
import static dev.tesuji.kernel.BlockLanes.number;
import static dev.tesuji.kernel.BlockLanes.signed;
import static dev.tesuji.kernel.BlockLanes.unsigned;

import jdk.incubator.vector.FloatVector;

/// The loops that widen the scales of [BlockPanels], which are to be compiled by themselves: see
/// [Vectors].
final class ScaleLoops {
  private ScaleLoops() {}

  /// Widens float16, whole vectors.
  static void halves(long from, int n, long to) {
    for (int i = 0; i < n; i += Raw.LANES) {
      Raw.put(half(from + 2L * i), to + 4L * i);
    }
  }

  /// Widens the scales of 256 inputs that are scaled themselves, d s.
  ///
  /// @param output the first of a strip's to do
  static void scaled(long from, int output, int groups, long to) {
    FloatVector d = half(from + 2L * output);
    long s = from + 32 + output;
    for (int g = 0; g < groups; g++) {
      Raw.put(d.mul(number(signed(s + 16L * g))), to + 64L * g + 4L * output);
    }
  }

  /// Widens the scales and least values of 256 inputs that are scaled themselves, d s and -e t.
  ///
  /// @param output the first of a strip's to do
  static void scaledLeast(long from, int output, int groups, long to) {
    FloatVector d = half(from + 2L * output);
    FloatVector e = half(from + 32 + 2L * output);
    for (int g = 0; g < groups; g++) {
      long at = from + 64 + 32L * g + output;
      long out = to + 128L * g + 4L * output;
      Raw.put(d.mul(number(unsigned(at))), out);
      Raw.put(e.mul(number(unsigned(at + 16))).neg(), out + 64);
    }
  }
}
