package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowLookupTest {
  /// The chances of tokens behind 2, 3 and 4 tokens alike, and behind more.
  private static double[] chances() {
    return new double[] {0, 0, 0.2, 0.5, 0.5, 0.8, 0.8, 0.8, 0.8};
  }

  @Test
  void theFurtherATokenTheLikelierItMustBe() {
    // 0.5 > 0.125 · 1.25, 0.25 and 0.2 too, and 0.16.
    assertThat(new RowLookup().worth(3, 0.125, chances(), 15)).isEqualTo(4);
    assertThat(new RowLookup().worth(3, 0.125, chances(), 1)).isEqualTo(1);
    assertThat(new RowLookup().worth(8, 0.4, chances(), 15)).isEqualTo(3); // 0.512 > 0.5
    assertThat(new RowLookup().worth(8, 0, chances(), 15)).isEqualTo(15);
  }

  @Test
  void theMoreTokensAreAlikeTheMoreAreProposed() {
    assertThat(new RowLookup().worth(2, 0.3, chances(), 15)).isZero(); // 0.2 < 0.375
    assertThat(new RowLookup().worth(3, 0.3, chances(), 15)).isEqualTo(1);
    assertThat(new RowLookup().worth(4, 0.3, chances(), 15)).isEqualTo(2); // 0.5, 0.4
    assertThat(new RowLookup().worth(5, 0.3, chances(), 15)).isEqualTo(4); // 0.8 to 0.41
  }

  @Test
  void whereNoTokenIsWorthItTwoAreTriedNowAndThen() {
    RowLookup lookup = new RowLookup();
    int tried = 0;
    for (int pass = 0; pass < 320; pass++) {
      tried += lookup.worth(2, 0.6, chances(), 15);
    }
    assertThat(tried).isEqualTo(20);
    for (int pass = 0; pass < 320; pass++) {
      assertThat(lookup.worth(2, 0.9, chances(), 15)).as("it could never be worth it").isZero();
    }
  }

  @Test
  void whatIsMetAndMissedMovesTheChanceOfAsManyTokensAlike() {
    Limits limits = new Limits(9, Set.of());
    GenerationRequest request =
        new GenerationRequest(
            new int[] {1, 2, 3, 1}, 1, Sampling.GREEDY, limits, new RandomKey(1, 1));
    Row row = new Row(new Generation(request, _ -> {}, () -> {}), 0);
    row.add(2, 0, List.of());
    RowLookup lookup = row.lookup;
    double[] usual = chances();
    assertThat(lookup.propose(row, Double.POSITIVE_INFINITY, usual, 3)).isZero();
    assertThat(lookup.propose(row, 0, usual, 3)).isEqualTo(3); // 3, 1 and 2, after 1 2
    assertThat(lookup.meets(3, usual)).isTrue(); // a_2: 0.2 to 0.28
    assertThat(lookup.tries()).isTrue();
    assertThat(lookup.meets(1, usual)).isTrue(); // a_3: 0.5 to 0.55
    assertThat(lookup.meets(7, usual)).isFalse(); // a_4: 0.5 to 0.45
    assertThat(usual[2]).isCloseTo(0.2 + 0.02 * 0.8, within(1e-12));
    assertThat(usual[3]).isCloseTo(0.51, within(1e-12));
    assertThat(usual[4]).isCloseTo(0.49, within(1e-12));
    assertThat(usual[5]).isEqualTo(0.8);
    assertThat(lookup.worth(2, 0.27 / 1.25, usual, 1)).isEqualTo(1);
    assertThat(lookup.worth(2, 0.29 / 1.25, usual, 1)).isZero();
    assertThat(lookup.worth(3, 0.54 / 1.25, usual, 1)).isEqualTo(1);
    assertThat(lookup.worth(3, 0.56 / 1.25, usual, 1)).isZero();
    assertThat(lookup.worth(4, 0.44 / 1.25, usual, 1)).isEqualTo(1);
    assertThat(lookup.worth(4, 0.46 / 1.25, usual, 1)).isZero();
  }
}
