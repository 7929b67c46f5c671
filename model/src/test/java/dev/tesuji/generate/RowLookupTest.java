package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RowLookupTest {
  @Test
  void theFurtherATokenTheLikelierItMustBe() {
    // 0.5 > 0.125 · 1.25, 0.25 too, and 0.125 is not.
    assertThat(new RowLookup().worth(0.125, 0.5, 15)).isEqualTo(2);
    assertThat(new RowLookup().worth(0.125, 0.5, 1)).isEqualTo(1);
    assertThat(new RowLookup().worth(0, 0.5, 15)).isEqualTo(15);
    assertThat(new RowLookup().worth(0.6, 0.5, 15)).isZero();
    assertThat(new RowLookup().worth(Double.POSITIVE_INFINITY, 1, 15)).isZero();
  }

  @Test
  void whereNoTokenIsWorthItOneIsTriedNowAndThen() {
    RowLookup lookup = new RowLookup();
    int tried = 0;
    for (int pass = 0; pass < 320; pass++) {
      tried += lookup.worth(0.6, 0.1, 15);
    }
    assertThat(tried).isEqualTo(10);
    for (int pass = 0; pass < 320; pass++) {
      assertThat(lookup.worth(0.9, 0.1, 15)).as("it could never be worth it").isZero();
    }
  }

  @Test
  void whatIsMetAndMissedMovesTheChance() {
    Limits limits = new Limits(9, Set.of());
    GenerationRequest request =
        new GenerationRequest(
            new int[] {1, 2, 3, 1}, 1, Sampling.GREEDY, limits, new RandomKey(1, 1));
    Row row = new Row(new Generation(request, _ -> {}, () -> {}), 0);
    row.add(2, 0, java.util.List.of());
    RowLookup lookup = row.lookup;
    assertThat(lookup.worth(0.1, 0.5, 2)).isEqualTo(2);
    assertThat(lookup.propose(row, 2)).isEqualTo(2); // 3 and 1
    assertThat(lookup.meets(3)).isTrue(); // 0.55
    assertThat(lookup.tries()).isTrue();
    assertThat(lookup.meets(1)).isTrue(); // 0.595
    assertThat(lookup.tries()).isFalse();
    assertThat(lookup.worth(0.47, 0, 1)).isEqualTo(1); // 0.595 > 0.5875
    assertThat(lookup.worth(0.48, 0, 1)).isZero();
    assertThat(lookup.propose(row, 1)).isEqualTo(1);
    assertThat(lookup.meets(7)).isFalse(); // 0.5355
    assertThat(lookup.worth(0.47, 0, 1)).isZero();
  }
}
