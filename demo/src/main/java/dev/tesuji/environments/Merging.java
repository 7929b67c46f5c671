package dev.tesuji.environments;

import dev.tesuji.check.Require;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.Locale;

/// 2048 in small: tiles slide and equal ones merge, until one reaches the target.
///
/// A move that merges is worth what it makes, as a share of the target; one that moves nothing
/// costs a turn.
///
/// @param target the tile that wins, a power of two
/// @param moves the most moves
public record Merging(int target, int moves) implements Game {
  private static final long SEED = 0x2048;
  private static final int SIZE = 4;

  /// 64 in sixty moves.
  public static final Merging DEFAULT = new Merging(64, 60);

  /// Checks the ranges.
  public Merging {
    Require.that(
        target >= 4 && Integer.bitCount(target) == 1, "target", "a power of two from 4", target);
    Require.atLeast(1, "moves", moves);
  }

  @Override
  public String name() {
    return "2048";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    String board = text(new Board(id).tiles);
    return new Problem(
        id, "Game " + id + ".\n" + board, Integer.toString(target), name() + " " + id);
  }

  @Override
  public String rules() {
    return "Slide the tiles until one is "
        + target
        + ". Equal tiles that meet merge into one of twice the number; after each move a tile comes."
        + " Move with <answer>up</answer>, down, left or right.";
  }

  @Override
  public int turns() {
    return moves;
  }

  @Override
  public Play begin(Problem problem) {
    Board board = new Board(problem.id());
    return move -> {
      int merged = board.slide(move.toLowerCase(Locale.ROOT));
      if (merged < 0) {
        return Answer.more("Nothing moves so.\n" + text(board.tiles));
      }
      double points = (double) merged / target;
      if (board.largest() >= target) {
        return new Answer("", points, WON);
      }
      board.add();
      return new Answer(text(board.tiles), points, board.isStuck() ? LOST : "");
    };
  }

  static String text(int[][] tiles) {
    StringBuilder text = new StringBuilder();
    for (int[] row : tiles) {
      for (int c = 0; c < SIZE; c++) {
        text.append(c == 0 ? "" : " ").append(row[c] == 0 ? "." : row[c]);
      }
      text.append('\n');
    }
    return text.toString().stripTrailing();
  }

  /// A board on which tiles come by a game's number and how many have come.
  static final class Board {
    final int[][] tiles = new int[SIZE][SIZE];
    private final long id;
    private int added;

    Board(long id) {
      this.id = id;
      add();
      add();
    }

    void add() {
      int free = 0;
      for (int[] row : tiles) {
        for (int tile : row) {
          free += tile == 0 ? 1 : 0;
        }
      }
      if (free == 0) {
        return;
      }
      int at = Rng.below(free, SEED, id, added, 0);
      int tile = Rng.below(10, SEED, id, added, 1) == 0 ? 4 : 2;
      added++;
      for (int i = 0; i < SIZE * SIZE; i++) {
        if (tiles[i / SIZE][i % SIZE] == 0 && at-- == 0) {
          tiles[i / SIZE][i % SIZE] = tile;
          return;
        }
      }
    }

    int largest() {
      int largest = 0;
      for (int[] row : tiles) {
        for (int tile : row) {
          largest = Math.max(largest, tile);
        }
      }
      return largest;
    }

    /// Slides all tiles; returns the sum of the tiles that merging made, -1 where nothing moved.
    int slide(String move) {
      boolean vertical = move.equals("up") || move.equals("down");
      boolean backward = move.equals("right") || move.equals("down");
      if (!vertical && !move.equals("left") && !move.equals("right")) {
        return -1;
      }
      int merged = 0;
      boolean moved = false;
      for (int line = 0; line < SIZE; line++) {
        int[] from = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
          int at = backward ? SIZE - 1 - i : i;
          from[i] = vertical ? tiles[at][line] : tiles[line][at];
        }
        int[] to = new int[SIZE];
        merged += merge(from, to);
        for (int i = 0; i < SIZE; i++) {
          moved |= from[i] != to[i];
          int at = backward ? SIZE - 1 - i : i;
          if (vertical) {
            tiles[at][line] = to[i];
          } else {
            tiles[line][at] = to[i];
          }
        }
      }
      return moved ? merged : -1;
    }

    /// Slides a line towards its beginning; returns the sum of the tiles that merging made.
    static int merge(int[] from, int[] to) {
      int at = 0;
      int merged = 0;
      boolean open = false; // whether the last tile may merge
      for (int tile : from) {
        if (tile == 0) {
          continue;
        }
        if (open && to[at - 1] == tile) {
          to[at - 1] *= 2;
          merged += 2 * tile;
          open = false;
        } else {
          to[at++] = tile;
          open = true;
        }
      }
      return merged;
    }

    boolean isStuck() {
      for (int r = 0; r < SIZE; r++) {
        for (int c = 0; c < SIZE; c++) {
          boolean room =
              tiles[r][c] == 0
                  || (r + 1 < SIZE && tiles[r][c] == tiles[r + 1][c])
                  || (c + 1 < SIZE && tiles[r][c] == tiles[r][c + 1]);
          if (room) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
