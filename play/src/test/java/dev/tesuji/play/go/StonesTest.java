package dev.tesuji.play.go;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.random.Rng;
import org.junit.jupiter.api.Test;

/// Two ways to keep stones hold each other to account.
class StonesTest {
  @Test
  void bitsAndArraysAgreeInRandomGames() {
    int[][] shapes = {{1, 7}, {7, 1}, {2, 2}, {3, 5}, {7, 7}, {8, 8}, {9, 9}, {9, 8}, {11, 11}};
    for (int[] shape : shapes) {
      Grid grid = Grid.of(shape[0], shape[1]);
      for (int seed = 0; seed < 20; seed++) {
        agree(grid, seed);
      }
    }
  }

  private static void agree(Grid grid, int seed) {
    Stones bits = new BitStones(grid);
    Stones array = new ArrayStones(grid);
    for (int move = 0; move < 3 * grid.points; move++) {
      int point = Rng.below(grid.points, seed, grid.points, move, 0);
      int color = Rng.below(5, seed, grid.points, move, 1) < 2 ? -1 : 1;
      if (bits.at(point) != 0) {
        continue;
      }
      long[] hashes = new long[grid.points];
      long[] expected = new long[grid.points];
      bits.hashesAfter(color, hashes);
      array.hashesAfter(color, expected);
      assertThat(hashes).as("seed %d, move %d", seed, move).isEqualTo(expected);
      bits = bits.play(point, color);
      array = array.play(point, color);
      for (int p = 0; p < grid.points; p++) {
        assertThat(bits.at(p)).isEqualTo(array.at(p));
      }
      assertThat(bits.hash()).isEqualTo(array.hash()).isEqualTo(hashes[point]);
      assertThat(bits.liberties()).isEqualTo(array.liberties());
      assertThat(bits.area()).isEqualTo(array.area());
    }
  }

  @Test
  void settingAPointKeepsTheHash() {
    Grid grid = Grid.of(9, 9);
    for (Stones empty : new Stones[] {new BitStones(grid), new ArrayStones(grid)}) {
      Stones one = empty.set(80, 1).set(3, -1);
      assertThat(one.at(80)).isEqualTo(1);
      assertThat(one.set(80, -1).set(80, 1).hash()).isEqualTo(one.hash());
      assertThat(one.set(80, 0).set(3, 0).hash()).isEqualTo(empty.hash());
    }
  }
}
