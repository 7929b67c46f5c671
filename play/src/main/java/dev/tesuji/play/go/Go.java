package dev.tesuji.play.go;

import dev.tesuji.check.Require;
import dev.tesuji.play.Game;
import dev.tesuji.play.Symmetry;
import java.util.List;

/// Go by the rules of Tromp and Taylor: area scoring, positional superko, passing ends.
///
/// A point's number is `row * width + column` from the top left; the action after the last point
/// passes.
///
/// @param height rows, 1 to 19
/// @param width columns, 1 to 19
/// @param komi points that White gets
public record Go(int height, int width, double komi) implements Game {
  /// The player who begins.
  public static final int BLACK = 1;

  /// The other player.
  public static final int WHITE = -1;

  /// The largest size of a board.
  public static final int LARGEST = Grid.LARGEST;

  /// The largest komi, either way.
  public static final double MOST_KOMI = 1000;

  private static final String COLUMNS = "ABCDEFGHJKLMNOPQRST";

  /// Checks the ranges.
  public Go {
    Require.that(height >= 1 && height <= LARGEST, "height", "from 1 to " + LARGEST, height);
    Require.that(width >= 1 && width <= LARGEST, "width", "from 1 to " + LARGEST, width);
    Require.that(Math.abs(komi) <= MOST_KOMI, "komi", "from -1000 to 1000", komi);
  }

  /// Makes the rules for a square board.
  public static Go of(int size, double komi) {
    return new Go(size, size, komi);
  }

  Grid grid() {
    return Grid.of(height, width);
  }

  /// Returns the same board with another komi.
  public Go withKomi(double other) {
    return new Go(height, width, other);
  }

  @Override
  public String name() {
    return "go-" + width + "x" + height;
  }

  @Override
  public int actions() {
    return height * width + 1;
  }

  @Override
  public int pass() {
    return height * width;
  }

  @Override
  public int planes() {
    return GoPlanes.COUNT;
  }

  @Override
  public GoState start() {
    return GoState.start(this, grid().empty(), BLACK);
  }

  @Override
  public List<Symmetry> symmetries() {
    return grid().symmetries;
  }

  /// Returns the name of a point as GTP and people write it (`A1` is at the bottom left), or
  /// `pass`.
  @Override
  public String actionName(int action) {
    if (action == pass()) {
      return "pass";
    }
    return COLUMNS.charAt(action % width) + String.valueOf(height - action / width);
  }

  /// Returns the action that a name means, case aside, or -1 for none on this board.
  public int action(String name) {
    if (name.equalsIgnoreCase("pass")) {
      return pass();
    }
    if (!name.matches("[A-HJ-Ta-hj-t][1-9][0-9]?")) {
      return -1;
    }
    int column = COLUMNS.indexOf(Character.toUpperCase(name.charAt(0)));
    int row = height - Integer.parseInt(name.substring(1));
    return column < width && row >= 0 ? row * width + column : -1;
  }
}
