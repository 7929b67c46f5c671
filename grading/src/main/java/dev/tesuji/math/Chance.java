package dev.tesuji.math;

/// Numbers of chance that depend on their place alone, so that grading is the same in every run and
/// on every thread. The bits are those of SplitMix64 ([Steele et al.,
/// 2014](https://doi.org/10.1145/2714064.2660195)).
final class Chance {
  private static final long STEP = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1.0p-53;

  private Chance() {}

  /// Mixes a number into a seed.
  static long mix(long seed, long number) {
    long z = seed + STEP * (number + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// Draws a whole number from 0 to `bound` - 1 for a place.
  static int below(int bound, long... place) {
    long seed = 0;
    for (long number : place) {
      seed = mix(seed, number);
    }
    return (int) Math.floorMod(seed >>> 1, (long) bound);
  }

  /// Draws a number from the open interval (0, 1) for a seed.
  static double uniform(long seed) {
    return ((mix(seed, 0) >>> 11) + 0.5) * TO_UNIT;
  }
}
