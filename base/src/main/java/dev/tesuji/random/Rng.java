package dev.tesuji.random;

/// Counter-based randomness: a number is a pure function of a seed and where it is used.
///
/// The generator is Philox4x32-10 of [Salmon et al.,
/// 2011](https://doi.org/10.1145/2063384.2063405). There is no state to save, share or lose: the
/// number for (problem 7, sample 3, token 12) is the same whatever else is in the batch, on
/// whichever machine.
public final class Rng {
  private static final int ROUNDS = 10;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final double TO_UNIT = 0x1.0p-53;

  private Rng() {}

  /// Returns the 128 bits at a counter under a key, as four 32-bit words.
  ///
  /// @param low words 0 and 1 of the counter, word 0 in the lower half
  /// @param high words 2 and 3 of the counter
  /// @param key words 0 and 1 of the key
  static int[] philox(long low, long high, long key) {
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int i = 0; i < ROUNDS; i++) {
      long p0 = M0 * (c0 & 0xFFFFFFFFL);
      long p1 = M1 * (c2 & 0xFFFFFFFFL);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += W0;
      k1 += W1;
    }
    return new int[] {c0, c1, c2, c3};
  }

  /// Returns 64 random bits for `seed` at (`stream`, `a`, `b`).
  ///
  /// @param stream for instance a problem's number
  /// @param a for instance a sample's number
  /// @param b for instance a token's number
  public static long bits(long seed, long stream, int a, int b) {
    int[] w = philox(stream, pair(a, b), seed);
    return ((long) w[0] << 32) | (w[1] & 0xFFFFFFFFL);
  }

  /// Returns a number in the open interval (0, 1), 53 bits fine, for `seed` at (`stream`, `a`,
  /// `b`).
  public static double uniform(long seed, long stream, int a, int b) {
    return ((bits(seed, stream, a, b) >>> 11) + 0.5) * TO_UNIT;
  }

  /// Returns a whole number in [0, bound) for `seed` at (`stream`, `a`, `b`).
  ///
  /// The bias of the multiplication is below bound / 2^53.
  public static int below(int bound, long seed, long stream, int a, int b) {
    return (int) (uniform(seed, stream, a, b) * bound);
  }

  /// Returns a seed that depends on another seed and a number, for a part that must not share its
  /// randomness with the whole.
  public static long derive(long seed, long number) {
    return bits(seed, number, 0x7E5C91, 0x1D3A);
  }

  /// Fills an array with draws from a normal distribution with mean 0 (Box and Muller), 32 bits
  /// fine.
  ///
  /// @param deviation the standard deviation
  public static void fillNormal(float[] out, double deviation, long seed, long stream) {
    for (int i = 0; i < out.length; i += 4) {
      int[] w = philox(stream, pair(i, 3), seed);
      for (int pair = 0; pair < 4 && i + pair < out.length; pair += 2) {
        double r = Math.sqrt(-2 * Math.log(unit(w[pair]))) * deviation;
        double angle = 2 * Math.PI * unit(w[pair + 1]);
        out[i + pair] = (float) (r * Math.cos(angle));
        if (i + pair + 1 < out.length) {
          out[i + pair + 1] = (float) (r * Math.sin(angle));
        }
      }
    }
  }

  private static long pair(int low, int high) {
    return ((long) high << 32) | (low & 0xFFFFFFFFL);
  }

  private static double unit(int word) {
    return ((word & 0xFFFFFFFFL) + 0.5) * 0x1.0p-32;
  }

  /// Returns the numbers 0 to n - 1 in an order that depends only on the seed and `stream` (Fisher
  /// and Yates).
  public static int[] permutation(int n, long seed, long stream) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1, seed, stream, i, 2);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
