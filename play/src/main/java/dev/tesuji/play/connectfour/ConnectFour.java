package dev.tesuji.play.connectfour;

import dev.tesuji.play.Game;
import dev.tesuji.play.Symmetry;
import java.util.List;

/// Connect Four: seven columns, six rows, four in a line win. Proves that nothing but the rules
/// knows Go.
///
/// An action is a column. There is no passing, and cells have no owners.
public record ConnectFour() implements Game {
  static final int COLUMNS = 7;
  static final int ROWS = 6;

  @Override
  public String name() {
    return "connect-four";
  }

  @Override
  public int height() {
    return ROWS;
  }

  @Override
  public int width() {
    return COLUMNS;
  }

  @Override
  public int actions() {
    return COLUMNS;
  }

  @Override
  public int pass() {
    return -1;
  }

  /// Two: the stones of the mover, and of the other.
  @Override
  public int planes() {
    return 2;
  }

  @Override
  public ConnectFourState start() {
    return new ConnectFourState(null, 0, 0, -1);
  }

  /// The identity, and left for right.
  @Override
  public List<Symmetry> symmetries() {
    int[] cells = new int[cells()];
    int[] mirrored = new int[cells()];
    int[] columns = new int[COLUMNS];
    int[] mirroredColumns = new int[COLUMNS];
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] = cell;
      mirrored[cell] = cell - cell % COLUMNS + COLUMNS - 1 - cell % COLUMNS;
    }
    for (int column = 0; column < COLUMNS; column++) {
      columns[column] = column;
      mirroredColumns[column] = COLUMNS - 1 - column;
    }
    return List.of(new Symmetry(cells, columns), new Symmetry(mirrored, mirroredColumns));
  }

  /// Returns the column, counted from 1.
  @Override
  public String actionName(int action) {
    return String.valueOf(action + 1);
  }
}
