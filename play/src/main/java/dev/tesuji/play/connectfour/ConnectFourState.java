package dev.tesuji.play.connectfour;

import static dev.tesuji.play.connectfour.ConnectFour.COLUMNS;
import static dev.tesuji.play.connectfour.ConnectFour.ROWS;

import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A position of Connect Four as two sets of bits: bit `7 column + row` with row 0 at the bottom;
/// the seventh bit of each column stays empty, so that no line runs from one column into the next.
///
/// @param previous the position before
/// @param own the stones of the player whose turn it is
/// @param both all stones
/// @param lastAction the column that led here
public record ConnectFourState(
    @Nullable ConnectFourState previous, long own, long both, int lastAction) implements GameState {
  private static final int STRIDE = ROWS + 1;

  @Override
  public ConnectFour game() {
    return new ConnectFour();
  }

  @Override
  public int toMove() {
    return moves() % 2 == 0 ? FIRST : SECOND;
  }

  @Override
  public int moves() {
    return Long.bitCount(both);
  }

  @Override
  public boolean over() {
    return moves() == ROWS * COLUMNS || wins(own ^ both);
  }

  @Override
  public boolean isLegal(int action) {
    return action >= 0 && action < COLUMNS && (both & top(action)) == 0 && !over();
  }

  private static long top(int column) {
    return 1L << (column * STRIDE + ROWS - 1);
  }

  @Override
  public int[] legalActions() {
    return IntStream.range(0, COLUMNS).filter(this::isLegal).toArray();
  }

  @Override
  public ConnectFourState play(int action) {
    if (!isLegal(action)) {
      throw new IllegalArgumentException("the action " + action + " is not legal");
    }
    // Adding the column's lowest bit carries to its lowest empty cell.
    long next = both | (both + (1L << (action * STRIDE)));
    return new ConnectFourState(this, own ^ both, next, action);
  }

  static boolean wins(long stones) {
    for (int step : new int[] {1, STRIDE - 1, STRIDE, STRIDE + 1}) {
      long pairs = stones & (stones >>> step);
      if ((pairs & (pairs >>> (2 * step))) != 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Outcome outcome() {
    return new Outcome(wins(own ^ both) ? -toMove() : 0, new byte[0]);
  }

  @Override
  public void planes(float[] out, int offset) {
    int cells = ROWS * COLUMNS;
    Arrays.fill(out, offset, offset + 2 * cells, 0);
    for (int cell = 0; cell < cells; cell++) {
      int bit = cell % COLUMNS * STRIDE + ROWS - 1 - cell / COLUMNS;
      if ((both >>> bit & 1) != 0) {
        out[offset + ((own >>> bit & 1) != 0 ? 0 : cells) + cell] = 1;
      }
    }
  }
}
