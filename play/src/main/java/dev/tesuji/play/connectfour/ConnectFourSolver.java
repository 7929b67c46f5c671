package dev.tesuji.play.connectfour;

import static dev.tesuji.play.connectfour.ConnectFour.COLUMNS;
import static dev.tesuji.play.connectfour.ConnectFour.ROWS;

/// Solves positions of Connect Four exactly: alpha and beta over sets of bits, with a table.
///
/// From the empty board this takes minutes; from a dozen moves on, milliseconds. The ideas are told
/// in [Pons's tutorial](http://blog.gamesolver.org): a win is worth more the sooner it comes, so
/// that the moves left bound what can still be reached, and moves that lose at once are never
/// tried.
public final class ConnectFourSolver {
  private static final int STRIDE = ROWS + 1;
  private static final int CELLS = ROWS * COLUMNS;
  private static final int[] ORDER = {3, 2, 4, 1, 5, 0, 6};
  private static final long BOTTOM = bottom();
  private static final long BOARD = BOTTOM * ((1L << ROWS) - 1);

  private final long[] keys;
  private final byte[] bounds; // upper bounds, plus CELLS; 0 for none

  /// Makes a solver.
  ///
  /// @param entries of its table; more make it faster
  public ConnectFourSolver(int entries) {
    keys = new long[entries];
    bounds = new byte[entries];
  }

  private static long column(int column) {
    return ((1L << ROWS) - 1) << (column * STRIDE);
  }

  private static long bottom() {
    long bits = 0;
    for (int column = 0; column < COLUMNS; column++) {
      bits |= 1L << (column * STRIDE);
    }
    return bits;
  }

  /// Returns who wins with best play, as the player to move sees it: 1, 0 for a draw, or -1.
  public int value(ConnectFourState state) {
    if (state.over()) {
      return state.outcome().value() * state.toMove();
    }
    return Integer.signum(solve(state, -1, 1));
  }

  /// Returns the score with best play, as the player to move sees it: 22 less the number of stones
  /// that the winner will have put, negative where that is the other; 0 for a draw.
  public int score(ConnectFourState state) {
    return solve(state, -CELLS / 2, CELLS / 2);
  }

  /// Returns whether a column leads to the value of the position itself.
  public boolean isOptimal(ConnectFourState state, int action) {
    return -value(state.play(action)) == value(state);
  }

  private int solve(ConnectFourState state, int alpha, int beta) {
    if (canWin(state.own(), state.both())) {
      return (CELLS + 1 - state.moves()) / 2;
    }
    return search(state.own(), state.both(), alpha, beta);
  }

  /// Returns a score of a position in which the mover cannot win at once, exact within the bounds.
  private int search(long own, long both, int alpha, int beta) {
    int moves = Long.bitCount(both);
    long safe = safeMoves(own, both);
    if (safe == 0) {
      return -(CELLS - moves) / 2;
    }
    if (moves >= CELLS - 2) {
      return 0;
    }
    int low = Math.max(alpha, -(CELLS - 2 - moves) / 2);
    int high = Math.min(beta, bound(own, both, (CELLS - 1 - moves) / 2));
    if (low >= high) {
      return low >= beta ? low : high;
    }
    for (int column : ORDER) {
      long stone = safe & column(column);
      if (stone != 0) {
        int score = -search(own ^ both, both | stone, -high, -low);
        if (score >= high) {
          return score;
        }
        low = Math.max(low, score);
      }
    }
    remember(own, both, low);
    return low;
  }

  private int bound(long own, long both, int most) {
    int slot = slot(own + both);
    return keys[slot] == own + both && bounds[slot] != 0
        ? Math.min(most, bounds[slot] - CELLS)
        : most;
  }

  private void remember(long own, long both, int bound) {
    int slot = slot(own + both);
    keys[slot] = own + both;
    bounds[slot] = (byte) (bound + CELLS);
  }

  private int slot(long key) {
    return (int) Long.remainderUnsigned(key * 0x9E3779B97F4A7C15L, keys.length);
  }

  private static boolean canWin(long own, long both) {
    return (winning(own, both) & possible(both)) != 0;
  }

  private static long possible(long both) {
    return (both + BOTTOM) & BOARD;
  }

  /// Returns the moves after which the other cannot win at once.
  private static long safeMoves(long own, long both) {
    long possible = possible(both);
    long threats = winning(own ^ both, both);
    long forced = possible & threats;
    if (forced != 0) {
      if ((forced & (forced - 1)) != 0) {
        return 0; // two threats at once
      }
      possible = forced;
    }
    return possible & ~(threats >>> 1); // not below a threat
  }

  /// Returns the empty cells that make four of some stones.
  private static long winning(long stones, long both) {
    long cells = (stones << 1) & (stones << 2) & (stones << 3);
    for (int step : new int[] {STRIDE - 1, STRIDE, STRIDE + 1}) {
      long pairs = (stones << step) & (stones << (2 * step));
      cells |= pairs & (stones << (3 * step));
      cells |= pairs & (stones >>> step);
      pairs = (stones >>> step) & (stones >>> (2 * step));
      cells |= pairs & (stones << step);
      cells |= pairs & (stones >>> (3 * step));
    }
    return cells & (BOARD ^ both);
  }
}
