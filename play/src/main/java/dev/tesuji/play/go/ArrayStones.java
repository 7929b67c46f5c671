package dev.tesuji.play.go;

import java.util.Arrays;

/// Stones in an array: for boards of any size.
final class ArrayStones implements Stones {
  private final Grid grid;
  private final byte[] colors;
  private final long hash;

  ArrayStones(Grid grid) {
    this(grid, new byte[grid.points], 0);
  }

  private ArrayStones(Grid grid, byte[] colors, long hash) {
    this.grid = grid;
    this.colors = colors;
    this.hash = hash;
  }

  @Override
  public Grid grid() {
    return grid;
  }

  @Override
  public int at(int point) {
    return colors[point];
  }

  @Override
  public long hash() {
    return hash;
  }

  @Override
  public void hashesAfter(int color, long[] hashes) {
    int[] liberties = liberties();
    for (int point = 0; point < grid.points; point++) {
      if (colors[point] == 0) {
        hashes[point] =
            isPlain(point, color, liberties)
                ? hash ^ grid.key(point, color)
                : play(point, color).hash;
      }
    }
  }

  /// Returns whether a stone captures nothing and lives.
  private boolean isPlain(int point, int color, int[] liberties) {
    boolean lives = false;
    for (int next : grid.neighbours[point]) {
      if (colors[next] == -color && liberties[next] == 1) {
        return false;
      }
      lives |= colors[next] == 0 || (colors[next] == color && liberties[next] > 1);
    }
    return lives;
  }

  @Override
  public ArrayStones play(int point, int color) {
    byte[] next = colors.clone();
    next[point] = (byte) color;
    long key = hash ^ grid.key(point, color);
    int[] chain = new int[grid.points];
    for (int neighbour : grid.neighbours[point]) {
      if (next[neighbour] == -color) {
        key ^= removeIfDead(next, neighbour, chain);
      }
    }
    key ^= removeIfDead(next, point, chain);
    return new ArrayStones(grid, next, key);
  }

  @Override
  public ArrayStones set(int point, int color) {
    byte[] next = colors.clone();
    long key = hash;
    if (next[point] != 0) {
      key ^= grid.key(point, next[point]);
    }
    if (color != 0) {
      key ^= grid.key(point, color);
    }
    next[point] = (byte) color;
    return new ArrayStones(grid, next, key);
  }

  /// Removes the chain at a point if it has no liberty, and returns by what its hash changes.
  private long removeIfDead(byte[] board, int start, int[] chain) {
    int color = board[start];
    int count = 0;
    boolean[] seen = new boolean[grid.points];
    chain[count++] = start;
    seen[start] = true;
    for (int i = 0; i < count; i++) {
      for (int next : grid.neighbours[chain[i]]) {
        if (board[next] == 0) {
          return 0;
        }
        if (board[next] == color && !seen[next]) {
          seen[next] = true;
          chain[count++] = next;
        }
      }
    }
    long key = 0;
    for (int i = 0; i < count; i++) {
      board[chain[i]] = 0;
      key ^= grid.key(chain[i], color);
    }
    return key;
  }

  @Override
  public int[] liberties() {
    int[] liberties = new int[grid.points];
    int[] region = new int[grid.points];
    boolean[] seen = new boolean[grid.points];
    int[] counted = new int[grid.points]; // for which chain an empty point was counted last
    for (int start = 0; start < grid.points; start++) {
      if (colors[start] != 0 && liberties[start] == 0) {
        int count = region(start, region, seen);
        int found = 0;
        for (int i = 0; i < count; i++) {
          for (int next : grid.neighbours[region[i]]) {
            if (colors[next] == 0 && counted[next] != start + 1) {
              counted[next] = start + 1;
              found++;
            }
          }
        }
        for (int i = 0; i < count; i++) {
          liberties[region[i]] = found;
        }
      }
    }
    return liberties;
  }

  @Override
  public byte[] area() {
    byte[] area = colors.clone();
    boolean[] seen = new boolean[grid.points];
    int[] region = new int[grid.points];
    for (int start = 0; start < grid.points; start++) {
      if (colors[start] == 0 && !seen[start]) {
        int count = region(start, region, seen);
        boolean black = false;
        boolean white = false;
        for (int i = 0; i < count; i++) {
          for (int next : grid.neighbours[region[i]]) {
            black |= colors[next] > 0;
            white |= colors[next] < 0;
          }
        }
        byte owner = (byte) (black == white ? 0 : black ? 1 : -1);
        for (int i = 0; i < count; i++) {
          area[region[i]] = owner;
        }
      }
    }
    return area;
  }

  /// Collects the connected points of one colour (or emptiness), and returns how many they are.
  private int region(int start, int[] region, boolean[] seen) {
    int count = 0;
    region[count++] = start;
    seen[start] = true;
    for (int i = 0; i < count; i++) {
      for (int next : grid.neighbours[region[i]]) {
        if (colors[next] == colors[start] && !seen[next]) {
          seen[next] = true;
          region[count++] = next;
        }
      }
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArrayStones that
        && grid == that.grid
        && Arrays.equals(colors, that.colors);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }
}
