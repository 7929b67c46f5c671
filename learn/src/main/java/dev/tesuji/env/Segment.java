package dev.tesuji.env;

/// A stretch of a trajectory.
///
/// @param ids its tokens, exactly as the policy read or sampled them
/// @param logProbs log π of each token under the distribution that it was drawn from; empty for
///   tokens that the policy did not sample
/// @param learned whether the policy sampled the tokens, so that they are learned from; what it
///   only read is context
public record Segment(int[] ids, float[] logProbs, boolean learned) {
  /// Checks that there is one log-probability per sampled token, and none for others.
  public Segment {
    int wanted = learned ? ids.length : 0;
    if (logProbs.length != wanted) {
      throw new IllegalArgumentException(
          "logProbs must have " + wanted + " numbers, got " + logProbs.length);
    }
  }

  /// Makes a stretch that the policy sampled.
  public static Segment sampled(int[] ids, float[] logProbs) {
    return new Segment(ids, logProbs, true);
  }

  /// Makes a stretch that the policy only read.
  public static Segment read(int... ids) {
    return new Segment(ids, new float[0], false);
  }
}
