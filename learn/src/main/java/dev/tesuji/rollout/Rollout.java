package dev.tesuji.rollout;

import dev.tesuji.env.Ending;
import dev.tesuji.env.Trajectory;
import dev.tesuji.reward.Graded;
import dev.tesuji.tokenized.TokenSequence;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// A policy's way through an episode with its judgement.
///
/// @param trajectory what the policy read and sampled
/// @param graded what that is worth
/// @param received the completion where it was received as a text, which its tokens may not give
///   back to the letter; null where it was sampled as tokens
/// @param turnPoints what each turn was worth by itself, besides the reward of the whole
/// @param ending why the episode is over
public record Rollout(
    Trajectory trajectory,
    Graded graded,
    @Nullable String received,
    double[] turnPoints,
    Ending ending) {
  /// Makes one that was sampled as tokens, whose turns are worth nothing by themselves.
  public Rollout(Trajectory trajectory, Graded graded) {
    this(trajectory, graded, null);
  }

  /// Makes one whose turns are worth nothing by themselves.
  public Rollout(Trajectory trajectory, Graded graded, @Nullable String received) {
    this(trajectory, graded, received, new double[trajectory.turns()], Ending.ANSWERED);
  }

  /// Returns the reward, with what its turns were worth by themselves; NaN where it could not be
  /// judged.
  public double reward() {
    return graded.trainable() ? graded.total() + DoubleStream.of(turnPoints).sum() : Double.NaN;
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
    TokenSequence all = TokenSequence.masked(trajectory.ids(), trajectory.mask());
    int[] starts = trajectory.starts();
    return starts.length == 1 ? all : all.withRows(starts);
  }
}
