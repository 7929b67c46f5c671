package dev.tesuji.rl;

import dev.tesuji.check.Require;

/// How far the weights that draw rollouts may lag behind those that learn from them.
///
/// Batch s is drawn with the weights of step max(0, s - k), whatever takes how long: the rollouts
/// of a run are a function of its seed and of k, and not of timing. With k above 0 a batch may be
/// drawn while the policy still learns from those before it.
///
/// @param lag k, from 0 to 4: batch s is drawn with the weights of step max(0, s - k), and
///   corrected for it; 0 to draw every batch with the weights that learn from it
/// @param overlap whether batches are drawn while the policy learns, with a second copy of its
///   weights; otherwise by turns, to the same bytes, without one
public record Staleness(int lag, boolean overlap) {
  /// Every batch is drawn with the weights that learn from it.
  public static final Staleness DEFAULT = new Staleness(0, true);

  private static final int MOST = 4; // each is a copy of the weights

  /// Checks the range.
  public Staleness {
    Require.that(lag >= 0 && lag <= MOST, "lag", "from 0 to " + MOST, lag);
  }

  /// Returns whether batches are drawn beside the learning.
  public boolean isBeside() {
    return lag > 0 && overlap;
  }
}
