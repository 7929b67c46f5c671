package dev.tesuji.harness;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Python's `random.Random`: the Mersenne Twister MT19937 of [Matsumoto and Nishimura,
/// 1998](https://doi.org/10.1145/272991.272995), seeded and drawn from as Python does, so that the
/// same examples are shown as there.
final class PythonRandom {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int at = N;

  /// Seeds with a number as `random.Random(seed)` does.
  ///
  /// @param seed from 0 to 2^32 - 1
  PythonRandom(long seed) {
    fill(19650218);
    int i = 1;
    for (int k = 0; k < N; k++) { // the key is the seed alone
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1664525)) + (int) seed;
      i = next(i);
    }
    for (int k = 0; k < N - 1; k++) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1566083941)) - i;
      i = next(i);
    }
    state[0] = 0x80000000;
  }

  private int next(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  private void fill(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  private void twist() {
    for (int k = 0; k < N; k++) {
      int y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7FFFFFFF);
      state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
    }
    at = 0;
  }

  /// Returns so many random bits, from 1 to 32.
  long bits(int count) {
    if (at >= N) {
      twist();
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    y ^= y >>> 18;
    return (y & 0xFFFFFFFFL) >>> (32 - count);
  }

  /// Returns a whole number from 0 to `bound` - 1.
  int below(int bound) {
    int count = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
    long drawn = bits(count);
    while (drawn >= bound) {
      drawn = bits(count);
    }
    return (int) drawn;
  }

  /// Draws some of several without putting them back, as `random.sample` does.
  <T> List<T> sample(List<T> population, int count) {
    int n = population.size();
    List<T> drawn = new ArrayList<>();
    int few = 21; // up to here a list is smaller than a set
    if (count > 5) {
      few += (int) Math.pow(4, Math.ceil(Math.log(count * 3) / Math.log(4)));
    }
    if (n <= few) {
      List<T> pool = new ArrayList<>(population);
      for (int i = 0; i < count; i++) {
        int j = below(n - i);
        drawn.add(pool.get(j));
        pool.set(j, pool.get(n - i - 1));
      }
      return drawn;
    }
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int j = below(n);
      while (!seen.add(j)) {
        j = below(n);
      }
      drawn.add(population.get(j));
    }
    return drawn;
  }
}
