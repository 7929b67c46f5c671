package dev.tesuji.play;

import org.jspecify.annotations.Nullable;

/// A position in a game, with as much of its past as the rules need. It never changes: a move makes
/// another, and to undo is to go back to [#previous].
///
/// Everything with a sign is as the first player sees it: +1 is good for the first player.
public interface GameState {
  /// The player who begins.
  int FIRST = 1;

  /// The other player.
  int SECOND = -1;

  /// Returns the rules.
  Game game();

  /// Returns the player whose turn it is: [#FIRST] or [#SECOND].
  int toMove();

  /// Returns how many actions were played since the start.
  int moves();

  /// Returns the action that led here, or -1 where the game starts.
  int lastAction();

  /// Returns the state before the last action, or null where the game starts.
  @Nullable GameState previous();

  /// Returns whether the game has ended. Then no action is legal.
  boolean over();

  /// Returns whether an action is legal.
  boolean isLegal(int action);

  /// Returns the legal actions, ascending; none when the game is over.
  int[] legalActions();

  /// Returns the state after an action.
  ///
  /// @throws IllegalArgumentException when the action is not legal
  GameState play(int action);

  /// Returns how the game ends, or, where it goes on, how it would end if it were broken off here.
  Outcome outcome();

  /// Writes the planes `[planes, height, width]` that describe the state to a network, as the
  /// player whose turn it is sees it.
  ///
  /// @param offset where in `out` they begin
  void planes(float[] out, int offset);
}
