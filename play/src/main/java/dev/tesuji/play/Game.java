package dev.tesuji.play;

import java.util.List;

/// The rules of a game for two players with full information, as a search and a network see it.
///
/// An action is a number from 0 to [#actions] - 1, the same in every state; a cell is a place of
/// the board, row by row from the top left, `row * width + column`.
public interface Game {
  /// Returns the name that files and messages use, for instance `go-7x7`.
  String name();

  /// Returns the rows of the board.
  int height();

  /// Returns the columns of the board.
  int width();

  /// Returns how many actions there are: the length of a policy.
  int actions();

  /// Returns the action that passes, or -1 in a game without passing.
  int pass();

  /// Returns how many planes describe a state ([GameState#planes]).
  int planes();

  /// Returns the state in which a game begins.
  GameState start();

  /// Returns the symmetries of the board, the identity first.
  List<Symmetry> symmetries();

  /// Returns the name of an action that people use, for instance `D4` or `pass`.
  String actionName(int action);

  /// Returns the cells of the board.
  default int cells() {
    return height() * width();
  }
}
