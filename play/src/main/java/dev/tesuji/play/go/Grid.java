package dev.tesuji.play.go;

import dev.tesuji.play.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The points of a board, made once for each shape: neighbours, symmetries, numbers for hashes.
final class Grid {
  static final int LARGEST = 19;

  private static final AtomicReferenceArray<Grid> MADE =
      new AtomicReferenceArray<>((LARGEST + 1) * (LARGEST + 1));

  final int height;
  final int width;
  final int points;
  final int[][] neighbours;
  final List<Symmetry> symmetries;
  final Bits all; // of boards that fit into bits
  final Spread spread;
  private final long[] black;
  private final long[] white;

  private Grid(int height, int width) {
    this.height = height;
    this.width = width;
    points = height * width;
    neighbours = new int[points][];
    black = new long[points];
    white = new long[points];
    for (int point = 0; point < points; point++) {
      neighbours[point] = neighbours(point);
      black[point] = mix(2L * point + 1);
      white[point] = mix(2L * point + 2);
    }
    symmetries = symmetries();
    all = fitsBits() ? Bits.below(points) : Bits.NONE;
    spread = new Spread(this);
  }

  /// Returns whether positions are kept as bits.
  boolean fitsBits() {
    return points <= BitStones.MOST_POINTS;
  }

  /// Returns the board without stones.
  Stones empty() {
    return fitsBits() ? new BitStones(this) : new ArrayStones(this);
  }

  static Grid of(int height, int width) {
    int key = height * (LARGEST + 1) + width;
    Grid made = MADE.get(key);
    if (made == null) {
      made = new Grid(height, width);
      MADE.set(key, made); // a second one of the same shape is the same
    }
    return made;
  }

  /// Returns what a stone adds (by exclusive or) to the hash of a position.
  long key(int point, int color) {
    return color > 0 ? black[point] : white[point];
  }

  private int[] neighbours(int point) {
    int row = point / width;
    int column = point % width;
    int[] found = new int[4];
    int count = 0;
    if (row > 0) {
      found[count++] = point - width;
    }
    if (column > 0) {
      found[count++] = point - 1;
    }
    if (column < width - 1) {
      found[count++] = point + 1;
    }
    if (row < height - 1) {
      found[count++] = point + width;
    }
    return java.util.Arrays.copyOf(found, count);
  }

  private List<Symmetry> symmetries() {
    List<Symmetry> all = new ArrayList<>();
    for (int i = 0; i < (height == width ? 8 : 4); i++) {
      int[] actions = new int[points + 1];
      actions[points] = points;
      for (int point = 0; point < points; point++) {
        int row = point / width;
        int column = point % width;
        int toRow = (i & 1) == 0 ? row : height - 1 - row;
        int toColumn = (i & 2) == 0 ? column : width - 1 - column;
        actions[point] = (i & 4) == 0 ? toRow * width + toColumn : toColumn * width + toRow;
      }
      all.add(new Symmetry(java.util.Arrays.copyOf(actions, points), actions));
    }
    return List.copyOf(all);
  }

  /// The finaliser of SplitMix64.
  private static long mix(long n) {
    long z = n * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
