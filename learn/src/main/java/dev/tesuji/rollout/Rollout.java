package dev.tesuji.rollout;

import dev.tesuji.env.Trajectory;
import dev.tesuji.reward.Graded;
import dev.tesuji.tokenized.TokenSequence;
import org.jspecify.annotations.Nullable;

/// A policy's way through an episode with its judgement.
///
/// @param trajectory what the policy read and sampled
/// @param graded what that is worth
/// @param received the completion where it was received as a text, which its tokens may not give
///   back to the letter; null where it was sampled as tokens
public record Rollout(Trajectory trajectory, Graded graded, @Nullable String received) {
  /// Makes one that was sampled as tokens.
  public Rollout(Trajectory trajectory, Graded graded) {
    this(trajectory, graded, null);
  }

  /// Returns the reward; NaN where it could not be judged.
  public double reward() {
    return graded.trainable() ? graded.total() : Double.NaN;
  }

  /// Returns how many tokens the policy sampled.
  public int length() {
    return trajectory.sampledLength();
  }

  /// Returns whether the length limit ended it.
  public boolean isTruncated() {
    return !graded.response().ended();
  }

  /// Returns it as the trainer sees it: what was sampled is scored, what was read is given.
  public TokenSequence sequence() {
    return TokenSequence.masked(trajectory.ids(), trajectory.mask());
  }
}
