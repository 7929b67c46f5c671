package dev.tesuji.alphago.learn;

import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A game that was played.
///
/// @param number its number, whose randomness it had
/// @param last the state that it came to
/// @param opening how many of its actions were an opening that nobody chose
/// @param end why it ended
public record PlayedGame(long number, GameState last, int opening, End end) {
  /// The reasons for which games end.
  public enum End {
    /// By the rules.
    RULES,
    /// It was broken off at the limit of moves.
    ENDLESS,
    /// The player whose turn it was gave up.
    RESIGNED,
    /// A program failed: the game counts for nothing.
    FAILED
  }

  /// Returns how the board stands in the end.
  public Outcome outcome() {
    return last.outcome();
  }

  /// Returns 1 where the first player has won, -1 where the second has, 0 for a draw.
  public int value() {
    return end == End.RESIGNED ? -last.toMove() : outcome().value();
  }

  /// Returns its states, the start first.
  public List<GameState> states() {
    List<GameState> states = new ArrayList<>();
    for (GameState at = last; at != null; at = at.previous()) {
      states.add(at);
    }
    Collections.reverse(states);
    return states;
  }

  /// Returns its actions.
  public int[] actions() {
    return states().stream().skip(1).mapToInt(GameState::lastAction).toArray();
  }

  /// Returns whether it was broken off at the limit of moves.
  public boolean endless() {
    return end == End.ENDLESS;
  }

  /// Returns whether it ended by passing before a third of the board's cells were played.
  public boolean passedEarly() {
    return end == End.RULES && last.game().pass() >= 0 && last.moves() < last.game().cells() / 3;
  }
}
