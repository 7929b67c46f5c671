package dev.tesuji.alphago.learn;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Rng;
import java.util.Arrays;

/// Random openings, so that two players that leave nothing to chance do not play one game over and
/// over. Each is played twice, with colours exchanged.
///
/// @param plies random actions at the start, none of them on the edge of the board
/// @param seed decides them
public record Openings(int plies, long seed) {
  /// Plays an opening.
  ///
  /// @param pair its number
  public GameState play(Game game, long pair) {
    GameState state = game.start();
    for (int ply = 0; ply < plies && !state.over(); ply++) {
      int[] inner = inner(state);
      int[] among = inner.length > 0 ? inner : state.legalActions();
      state = state.play(among[Rng.below(among.length, seed, pair, ply, 0)]);
    }
    return state;
  }

  private static int[] inner(GameState state) {
    Game game = state.game();
    boolean onCells = game.pass() == game.cells();
    return Arrays.stream(state.legalActions())
        .filter(a -> a != game.pass())
        .filter(a -> !onCells || isInner(game, a))
        .toArray();
  }

  private static boolean isInner(Game game, int cell) {
    int row = cell / game.width();
    int column = cell % game.width();
    return row > 0 && column > 0 && row < game.height() - 1 && column < game.width() - 1;
  }
}
