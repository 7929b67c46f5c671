package dev.tesuji.math;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Optional;

/// An exact fraction in lowest terms; its denominator is positive.
///
/// @param numerator carries the sign
/// @param denominator at least 1
record Rational(BigInteger numerator, BigInteger denominator) implements Comparable<Rational> {
  static final Rational ZERO = of(0);
  static final Rational ONE = of(1);
  static final Rational MINUS_ONE = of(-1);

  private static final int MOST_BITS = 1 << 15; // about ten thousand digits
  private static final int LARGEST_EXPONENT = 10_000;

  /// Reduces the fraction.
  ///
  /// @throws ArithmeticException when the denominator is zero or a part has more than 2^15 bits
  Rational {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    BigInteger common = numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      common = common.negate();
    }
    if (!common.equals(BigInteger.ONE)) {
      numerator = numerator.divide(common);
      denominator = denominator.divide(common);
    }
    if (numerator.bitLength() > MOST_BITS || denominator.bitLength() > MOST_BITS) {
      throw new ArithmeticException("number too long");
    }
  }

  static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  static Rational of(BigInteger value) {
    return new Rational(value, BigInteger.ONE);
  }

  /// Converts a decimal.
  ///
  /// @throws ArithmeticException when its exponent is beyond 10,000
  static Rational of(BigDecimal value) {
    if (Math.abs((long) value.scale()) > LARGEST_EXPONENT) {
      throw new ArithmeticException("exponent too large");
    }
    return value.scale() > 0
        ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
        : of(value.unscaledValue().multiply(BigInteger.TEN.pow(-value.scale())));
  }

  Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Rational minus(Rational other) {
    return plus(other.negate());
  }

  Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  Rational reciprocal() {
    return new Rational(denominator, numerator);
  }

  Rational abs() {
    return signum() < 0 ? negate() : this;
  }

  /// Raises to a whole power.
  ///
  /// @throws ArithmeticException when the result would have more than 2^15 bits, before computing
  ///   it
  Rational power(int exponent) {
    long bits = Math.max(numerator.abs().bitLength(), denominator.bitLength());
    boolean unit = bits <= 1;
    if (!unit && bits * Math.abs((long) exponent) > MOST_BITS) {
      throw new ArithmeticException("power too large");
    }
    int size = unit ? Math.floorMod(exponent, 2) + 2 : Math.abs(exponent); // 0, 1 and -1 by parity
    Rational positive = new Rational(numerator.pow(size), denominator.pow(size));
    if (exponent == 0) {
      return ONE;
    }
    return exponent < 0 ? positive.reciprocal() : positive;
  }

  /// Returns the non-negative root of that degree where it is rational.
  Optional<Rational> root(int degree) {
    if (signum() < 0 || degree < 1) {
      return Optional.empty();
    }
    return root(numerator, degree)
        .flatMap(n -> root(denominator, degree).map(d -> new Rational(n, d)));
  }

  private static Optional<BigInteger> root(BigInteger value, int degree) {
    if (degree == 2) {
      BigInteger[] found = value.sqrtAndRemainder();
      return found[1].signum() == 0 ? Optional.of(found[0]) : Optional.empty();
    }
    if (value.bitLength() <= 1 || degree == 1) {
      return Optional.of(value);
    }
    if (value.bitLength() > 1000 || degree > value.bitLength()) {
      return Optional.empty(); // beyond what a double can guess
    }
    BigInteger guess =
        new BigDecimal(Math.rint(Math.pow(value.doubleValue(), 1.0 / degree))).toBigInteger();
    return guess.pow(degree).equals(value) ? Optional.of(guess) : Optional.empty();
  }

  int signum() {
    return numerator.signum();
  }

  boolean isInteger() {
    return denominator.equals(BigInteger.ONE);
  }

  /// Returns whether the fraction can be written as a decimal that ends.
  boolean isDecimal() {
    BigInteger rest = denominator.shiftRight(denominator.getLowestSetBit());
    BigInteger five = BigInteger.valueOf(5);
    while (rest.mod(five).signum() == 0) {
      rest = rest.divide(five);
    }
    return rest.equals(BigInteger.ONE);
  }

  double doubleValue() {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public int compareTo(Rational other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  @Override
  public String toString() {
    return isInteger() ? numerator.toString() : numerator + "/" + denominator;
  }
}
