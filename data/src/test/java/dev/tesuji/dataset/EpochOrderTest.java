package dev.tesuji.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.random.Rng;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
  private static int[] epoch(EpochOrder order, long number) {
    return LongStream.range(number * 20, (number + 1) * 20)
        .map(order::at)
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Test
  void everyEpochHasAllInAnOrderOfItsOwn() {
    EpochOrder order = new EpochOrder(20, 7);
    int[] first = epoch(order, 0);
    int[] second = epoch(order, 1);
    assertThat(first).isEqualTo(Rng.permutation(20, 7, 0)).doesNotHaveDuplicates().hasSize(20);
    assertThat(second).isEqualTo(Rng.permutation(20, 7, 1)).isNotEqualTo(first);
  }

  @Test
  void anEndlessSetComesAsItIs() {
    assertThat(new EpochOrder(Long.MAX_VALUE, 7).at(5_000_000_000L)).isEqualTo(5_000_000_000L);
  }

  @Test
  void anyPositionCanBeAskedForInAnyOrder() {
    EpochOrder order = new EpochOrder(20, 7);
    long late = order.at(45);
    assertThat(order.at(3)).isEqualTo(new EpochOrder(20, 7).at(3));
    assertThat(order.at(45)).isEqualTo(late);
  }
}
