package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeBlocksTest {
  private static final long START = 1 << 20;

  private final LargeBlocks blocks = new LargeBlocks(START, 1 << 20);

  @Test
  void blocksLieSideBySideOnCacheLines() {
    assertThat(blocks.take(100)).isEqualTo(START);
    assertThat(blocks.take(64)).isEqualTo(START + 128);
    assertThat(blocks.take(1)).isEqualTo(START + 192);
    assertThat(blocks.used()).isEqualTo(128 + 64 + 64);
  }

  @Test
  void aBlockTakesTheEndOfTheSmallestHoleThatIsLargeEnough() {
    long large = blocks.take(640);
    blocks.take(64);
    long small = blocks.take(64);
    blocks.take(64);
    blocks.free(large);
    blocks.free(small);
    assertThat(blocks.take(64)).isEqualTo(small);
    assertThat(blocks.take(128)).isEqualTo(large + 512);
    assertThat(blocks.take(512)).isEqualTo(large);
    assertThat(blocks.take(64)).isEqualTo(START + 640 + 3 * 64);
  }

  @Test
  void whatFollowsTheLastBlockIsTakenFromItsStartAndOnlyWhereNoHoleWillDo() {
    long first = blocks.take(128);
    blocks.take(64);
    long last = blocks.take(256);
    blocks.free(first);
    blocks.free(last);
    assertThat(blocks.take(64)).isEqualTo(first + 64);
    assertThat(blocks.take(192)).isEqualTo(last);
    assertThat(blocks.take(64)).isEqualTo(first);
  }

  @Test
  void holesSideBySideAreOne() {
    for (int[] order : new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {2, 1, 0}}) {
      LargeBlocks three = new LargeBlocks(START, 640);
      long[] at = {three.take(128), three.take(256), three.take(192)};
      long last = three.take(64);
      assertThat(three.take(64)).isZero();
      for (int i : order) {
        three.free(at[i]);
      }
      assertThat(three.take(128 + 256 + 192)).isEqualTo(START);
      three.free(last);
      assertThat(three.take(64)).isEqualTo(last);
    }
  }

  @Test
  void whereThereIsNoRoomThereIsNoBlock() {
    assertThat(blocks.take((1 << 20) + 1)).isZero();
    assertThat(new LargeBlocks(0, 0).take(64)).isZero();
    long all = blocks.take(1 << 20);
    assertThat(blocks.take(1)).isZero();
    blocks.free(all);
    assertThat(blocks.used()).isZero();
    assertThat(blocks.take(1 << 20)).isEqualTo(all);
  }

  @Test
  void whatWasNotHandedOutIsNotTakenBack() {
    long block = blocks.take(64);
    blocks.free(block);
    assertThatThrownBy(() -> blocks.free(block)).hasMessageContaining("no block begins at");
    assertThatThrownBy(() -> blocks.free(START + 64)).hasMessageContaining("no block begins at");
  }

  @Test
  void wholePagesOfHolesAreGivenBack() {
    blocks.take(64);
    long page = blocks.take(2 * 4096);
    blocks.take(4096);
    blocks.free(page);
    List<Long> given = new ArrayList<>();
    blocks.giveBack((address, bytes) -> given.addAll(List.of(address, bytes)));
    assertThat(given).containsExactly(START + 4096, 4096L, START + 4 * 4096, (1L << 20) - 4 * 4096);
  }
}
