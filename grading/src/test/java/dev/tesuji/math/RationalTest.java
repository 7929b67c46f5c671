package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class RationalTest {
  private static Rational of(long numerator, long denominator) {
    return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  @Test
  void fractionsAreReducedAndSignedAbove() {
    assertThat(of(6, -8)).isEqualTo(of(-3, 4)).hasToString("-3/4");
    assertThat(Rational.of(new BigDecimal("-1.25"))).isEqualTo(of(-5, 4));
    assertThat(Rational.of(new BigDecimal("3e2"))).isEqualTo(of(300, 1));
  }

  @Test
  void powersAndRootsAreExact() {
    assertThat(of(-2, 1).power(3)).isEqualTo(of(-8, 1));
    assertThat(of(-2, 1).power(2)).isEqualTo(of(4, 1));
    assertThat(of(-2, 3).power(-3)).isEqualTo(of(-27, 8));
    assertThat(of(-1, 1).power(1_000_001)).isEqualTo(of(-1, 1));
    assertThat(of(7, 5).power(0)).isEqualTo(Rational.ONE);
    assertThat(of(4, 9).root(2)).contains(of(2, 3));
    assertThat(of(27, 1).root(3)).contains(of(3, 1));
    assertThat(of(2, 1).root(2)).isEmpty();
    assertThat(of(-4, 1).root(2)).isEmpty();
  }

  @Test
  void decimalsThatEndAreTold() {
    assertThat(of(3, 40).isDecimal()).isTrue();
    assertThat(of(1, 3).isDecimal()).isFalse();
  }

  @Test
  void whatIsTooLongIsRefusedBeforeItIsComputed() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> of(3, 2).power(1_000_000_000))
        .withMessage("power too large");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Rational.of(new BigDecimal("1e999999")))
        .withMessage("exponent too large");
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> of(1, 0))
        .withMessage("division by zero");
  }
}
