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

  /// Widens float16.
  static void halves(long from, int vectors, long to) {
    for (int i = 0; i < vectors; i++) {
      Raw.put(half(from + 32L * i), to + 64L * i);
    }
  }

  /// Widens the scales of 256 inputs that are scaled themselves, d s.
  static void scaled(long from, int groups, long to) {
    FloatVector d = half(from);
    for (int g = 0; g < groups; g++) {
      Raw.put(d.mul(number(signed(from + 32 + 16L * g))), to + 64L * g);
    }
  }

  /// Widens the scales and least values of 256 inputs that are scaled themselves, d s and -e t.
  static void scaledLeast(long from, int groups, long to) {
    FloatVector d = half(from);
    FloatVector e = half(from + 32);
    for (int g = 0; g < groups; g++) {
      long at = from + 64 + 32L * g;
      Raw.put(d.mul(number(unsigned(at))), to + 128L * g);
      Raw.put(e.mul(number(unsigned(at + 16))).neg(), to + 128L * g + 64);
    }
  }
}
