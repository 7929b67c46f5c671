package dev.tesuji.env;

/// A stretch of a trajectory.
///
/// @param ids its tokens, exactly as the policy read or sampled them
/// @param logProbs log π of each token under the distribution that it was drawn from; empty for
///   tokens that the policy did not sample
/// @param learned whether the policy sampled the tokens, so that they are learned from; what it
///   only read is context
/// @param anew whether the policy's context begins again with it: what stands before is no longer
///   read
public record Segment(int[] ids, float[] logProbs, boolean learned, boolean anew) {
  /// Makes a stretch that goes on from those before it.
  public Segment(int[] ids, float[] logProbs, boolean learned) {
    this(ids, logProbs, learned, false);
  }

  /// Checks that there is one log-probability per sampled token, and none for others.
  public Segment {
    int wanted = learned ? ids.length : 0;
    if (logProbs.length != wanted) {
      throw new IllegalArgumentException(
          "logProbs must have " + wanted + " numbers, got " + logProbs.length);
    }
    if (anew && learned) {
      throw new IllegalArgumentException("a context must begin with what the policy reads");
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

  /// Makes a stretch that the policy only read, and with which its context begins again.
  public static Segment anew(int... ids) {
    return new Segment(ids, new float[0], false, true);
  }
}
