package dev.tesuji.dataset;

import dev.tesuji.random.Rng;

/// The order in which a run goes through a set: a finite one shuffled anew in each epoch, an
/// endless one as it comes.
///
/// It depends on the seed and the position only, so that a resumed run goes on in it. One epoch's
/// order is kept at a time.
public final class EpochOrder {
  private final long size;
  private final long seed;
  private long epoch = -1;
  private int[] order = {};

  /// Makes the order of the numbers 0 to `size` - 1.
  ///
  /// @param size [Long#MAX_VALUE] for an endless set
  public EpochOrder(long size, long seed) {
    this.size = size;
    this.seed = seed;
  }

  /// Returns the number at a position of the run, from 0.
  public long at(long position) {
    if (size == Long.MAX_VALUE) {
      return position;
    }
    if (position / size != epoch) {
      epoch = position / size;
      order = Rng.permutation(Math.toIntExact(size), seed, epoch);
    }
    return order[(int) (position % size)];
  }
}
