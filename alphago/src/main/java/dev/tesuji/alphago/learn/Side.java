package dev.tesuji.alphago.learn;

import java.util.List;

/// A player of many games side by side.
public interface Side extends AutoCloseable {
  /// Stands for giving up.
  int RESIGNS = -1;

  /// Stands for a failure, for which the game counts for nothing.
  int FAILS = -2;

  /// Returns an action for each game, [#RESIGNS] or [#FAILS].
  int[] choose(List<Seat> seats);

  @Override
  default void close() {}
}
