package dev.tesuji.play.go;

import java.util.ArrayList;
import java.util.List;

/// A game of Go as it is played: where it began, what was played, and the way back.
public final class GoRecord {
  private final GoState start;
  private final List<GoState> after = new ArrayList<>();
  private double komi;

  /// Begins a game.
  ///
  /// @param start the empty board, or a position that was set up
  public GoRecord(GoState start) {
    this.start = start;
    komi = start.game().komi();
  }

  /// A move.
  ///
  /// @param player [Go#BLACK] or [Go#WHITE]
  /// @param action a point, or the pass
  public record Move(int player, int action) {}

  /// Returns the position where the game began, under the komi of now.
  public GoState start() {
    return start.withKomi(komi);
  }

  /// Returns the position after the last move, under the komi of now.
  public GoState state() {
    GoState last = after.isEmpty() ? start : after.getLast();
    return last.game().komi() == komi ? last : last.withKomi(komi);
  }

  /// Sets the komi, for the game from its beginning.
  public void setKomi(double komi) {
    this.komi = start.game().withKomi(komi).komi();
  }

  /// Plays; a colour may play twice in a row, and after two passes the game may go on.
  ///
  /// @throws IllegalArgumentException when the move is not legal
  public void play(int player, int action) {
    after.add(state().withToMove(player).play(action));
  }

  /// Takes the last move back, and returns whether there was one.
  public boolean undo() {
    if (after.isEmpty()) {
      return false;
    }
    after.removeLast();
    return true;
  }

  /// Returns the moves so far.
  public List<Move> moves() {
    return after.stream().map(s -> new Move(-s.toMove(), s.lastAction())).toList();
  }

  /// Returns the position after some of the moves, under the komi of now.
  public GoState after(int moves) {
    return moves == 0 ? start() : after.get(moves - 1).withKomi(komi);
  }
}
