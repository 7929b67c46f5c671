package dev.tesuji.play;

/// A way to turn or mirror the board that leaves the game the same.
///
/// @param cells where each cell goes
/// @param actions which action each action becomes
public record Symmetry(int[] cells, int[] actions) {
  /// Turns what is given for each cell.
  ///
  /// @param from values of the cells, or of planes of cells one after another
  public void turnCells(float[] from, float[] to) {
    for (int plane = 0; plane < from.length; plane += cells.length) {
      for (int cell = 0; cell < cells.length; cell++) {
        to[plane + cells[cell]] = from[plane + cell];
      }
    }
  }

  /// Turns what is given for each action.
  public void turnActions(float[] from, float[] to) {
    for (int action = 0; action < actions.length; action++) {
      to[actions[action]] = from[action];
    }
  }

  /// Returns the symmetry that undoes this one.
  public Symmetry inverse() {
    return new Symmetry(inverse(cells), inverse(actions));
  }

  private static int[] inverse(int[] map) {
    int[] inverse = new int[map.length];
    for (int i = 0; i < map.length; i++) {
      inverse[map[i]] = i;
    }
    return inverse;
  }
}
