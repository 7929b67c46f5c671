package dev.tesuji.play.go;

import java.util.Arrays;

/// The planes by which a network sees a position.
///
/// | plane | is 1 where |
/// |---|---|
/// | 0 | the board is (all of it: padding would be 0) |
/// | 1, 2 | the mover's stones are; the other's |
/// | 3, 4, 5 | a stone's chain has 1, 2, 3 liberties |
/// | 6 | an empty point may not be played (superko, suicide of one stone) |
/// | 7 to 11 | the last stone was put; the one before; ... |
/// | 12 | everywhere, if the last action was a pass |
/// | 13 | everywhere: the komi that the mover gets (negative: gives), in units of the board's width |
public final class GoPlanes {
  /// How many planes there are.
  public static final int COUNT = 14;

  private static final int LIBERTIES = 3;
  private static final int REFUSED = 6;
  private static final int PAST = 7;
  private static final int PAST_MOVES = 5;
  private static final int PASSED = 12;
  private static final int KOMI = 13;

  private GoPlanes() {}

  static void write(GoState state, float[] out, int offset) {
    Go go = state.game();
    int points = go.cells();
    Arrays.fill(out, offset, offset + COUNT * points, 0);
    Arrays.fill(out, offset, offset + points, 1);
    int[] liberties = state.stones().liberties();
    for (int point = 0; point < points; point++) {
      int color = state.at(point) * state.toMove();
      if (color != 0) {
        out[offset + (color > 0 ? 1 : 2) * points + point] = 1;
        if (liberties[point] <= 3) {
          out[offset + (LIBERTIES - 1 + liberties[point]) * points + point] = 1;
        }
      } else {
        out[offset + REFUSED * points + point] = 1;
      }
    }
    for (int action : state.legalActions()) {
      if (action < points) {
        out[offset + REFUSED * points + action] = 0;
      }
    }
    GoState at = state;
    for (int i = 0; i < PAST_MOVES && at != null && at.lastAction() >= 0; i++) {
      if (at.lastAction() < points) {
        out[offset + (PAST + i) * points + at.lastAction()] = 1;
      }
      at = at.previous();
    }
    int passed = offset + PASSED * points;
    Arrays.fill(out, passed, passed + points, state.lastAction() == go.pass() ? 1 : 0);
    int komi = offset + KOMI * points;
    float gets = (float) (-state.toMove() * go.komi() / go.width());
    Arrays.fill(out, komi, komi + points, gets);
  }
}
