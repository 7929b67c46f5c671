package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasuredTokenPriceTest {
  /// Tells of passes that take 10 ms for four rows, and 0.5 ms more for each token beside.
  private static MeasuredTokenPrice measured() {
    MeasuredTokenPrice price = new MeasuredTokenPrice();
    price.took(0.010, 4, 4);
    price.took(0.013, 4, 10);
    return price;
  }

  @Test
  void itIsWhatATokenAddsInTokensDrawnThePlainWay() {
    assertThat(measured().of(4)).isCloseTo(0.2, within(1e-9)); // 0.5 ms of 10 ms / 4
  }

  @Test
  void theFirstPassIsPlainAndTheNextMayTry() {
    MeasuredTokenPrice price = new MeasuredTokenPrice();
    assertThat(price.of(4)).isInfinite();
    price.took(0.010, 4, 4);
    assertThat(price.of(4)).isEqualTo(0.25);
  }

  @Test
  void onePassInThirtyTwoIsPlainSoThatItsTimeStaysKnown() {
    MeasuredTokenPrice price = measured();
    for (int i = 1; i < 31; i++) {
      assertThat(price.of(4)).isFinite();
      price.took(0.013, 4, 10);
    }
    assertThat(price.of(4)).isInfinite();
    price.took(0.010, 4, 4);
    assertThat(price.of(4)).isFinite();
  }

  @Test
  void afterManyPlainPassesOneMayTryAgain() {
    MeasuredTokenPrice price = measured();
    price.took(0.020, 4, 8); // 2.5 ms a token: as much as one drawn the plain way
    for (int i = 0; i < 63; i++) {
      assertThat(price.of(4)).isGreaterThan(0.25);
      price.took(0.010, 4, 4);
    }
    assertThat(price.of(4)).isEqualTo(0.25);
  }

  @Test
  void onePauseOfTheMachineChangesLittle() {
    MeasuredTokenPrice price = measured();
    price.took(1, 4, 4);
    assertThat(price.of(4)).isCloseTo(0.2 / 1.3, within(1e-9)); // taken as twice 10 ms
    MeasuredTokenPrice wide = measured();
    wide.took(1, 4, 10);
    assertThat(wide.of(4)).isCloseTo(0.2 + 0.3 * 0.8, within(1e-9)); // taken as a price of 1
  }
}
