package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Python's arithmetic: integers without end (within [Budget#BITS]), floats, true division, and a
/// remainder with the sign of the divisor.
final class Numbers {
  /// The most digits of an integer that is read from text.
  static final int DIGITS = 2000;

  private static final int EXACT_POWERS = 16; // repr changes to an exponent from 1e16 on

  private Numbers() {}

  /// Returns a number as one; truth values count as 0 and 1. Null where the value is none.
  static @Nullable Value number(Value value) {
    return switch (value) {
      case Whole w -> w;
      case Real r -> r;
      case Value.Bool b -> Whole.of(b.is() ? 1 : 0);
      default -> null;
    };
  }

  static double real(Value number) {
    return switch (number) {
      case Whole w -> w.value().doubleValue();
      case Real r -> r.value();
      default -> throw new IllegalArgumentException("a number is needed");
    };
  }

  /// Brings an integer into the range of an int.
  static int clamp(BigInteger number) {
    return number.bitLength() < 31 ? number.intValue() : number.signum() * Integer.MAX_VALUE;
  }

  /// Compares exactly, as Python does; NaN is unordered and gives null.
  static @Nullable Integer compare(Value a, Value b) {
    if (a instanceof Whole x && b instanceof Whole y) {
      return x.value().compareTo(y.value());
    }
    double x = real(a);
    double y = real(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return null;
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return Double.compare(x, y);
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Value number) {
    return number instanceof Whole w ? new BigDecimal(w.value()) : new BigDecimal(real(number));
  }

  /// Computes `a operator b`.
  ///
  /// @throws Trouble for a division by zero, and for results out of range
  static Value compute(String operator, Value a, Value b) {
    if (operator.equals("/")) {
      return new Real(real(a) / nonZero(real(b)));
    }
    if (a instanceof Whole x && b instanceof Whole y) {
      return whole(operator, x.value(), y.value());
    }
    return new Real(real(operator, real(a), real(b)));
  }

  private static Value whole(String operator, BigInteger x, BigInteger y) {
    return switch (operator) {
      case "+" -> bounded(x.add(y));
      case "-" -> bounded(x.subtract(y));
      case "*" -> bounded(x.multiply(y));
      case "//" -> {
        BigInteger[] parts = x.divideAndRemainder(nonZero(y));
        boolean down = parts[1].signum() != 0 && parts[1].signum() != y.signum();
        yield new Whole(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
      }
      case "%" -> {
        BigInteger rest = x.remainder(nonZero(y));
        boolean other = rest.signum() != 0 && rest.signum() != y.signum();
        yield new Whole(other ? rest.add(y) : rest);
      }
      case "**" -> power(x, y);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static Value power(BigInteger x, BigInteger y) {
    if (y.signum() < 0) {
      return new Real(Math.pow(nonZero(x.doubleValue()), y.doubleValue()));
    }
    if (x.abs().compareTo(BigInteger.ONE) > 0
        && y.multiply(BigInteger.valueOf(x.bitLength()))
                .compareTo(BigInteger.valueOf(2 * Budget.BITS))
            > 0) {
      throw tooLarge();
    }
    return bounded(
        x.abs().bitLength() <= 1 ? x.pow(y.testBit(0) ? 1 : y.signum() * 2) : x.pow(y.intValue()));
  }

  private static double real(String operator, double x, double y) {
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "//" -> Math.floor(x / nonZero(y));
      case "%" -> {
        double rest = x % nonZero(y);
        yield rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
      }
      case "**" -> {
        if (x < 0 && y != Math.rint(y)) {
          throw new Trouble("a negative number has no such power");
        }
        yield Math.pow(x, y);
      }
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static BigInteger nonZero(BigInteger y) {
    if (y.signum() == 0) {
      throw new Trouble("division by zero");
    }
    return y;
  }

  private static double nonZero(double y) {
    if (y == 0) {
      throw new Trouble("division by zero");
    }
    return y;
  }

  private static Value bounded(BigInteger value) {
    if (value.bitLength() > Budget.BITS) {
      throw tooLarge();
    }
    return new Whole(value);
  }

  private static Trouble tooLarge() {
    return new Trouble("an integer has more than " + Budget.BITS + " bits");
  }

  /// Returns the whole part of a float.
  static Whole truncate(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new Trouble("cannot convert float " + repr(value) + " to integer");
    }
    return new Whole(new BigDecimal(value).toBigInteger());
  }

  /// Writes a float as Python's repr does: the fewest digits that read back, an exponent below 1e-4
  /// and from 1e16 on.
  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    int point = digits.length() - decimal.scale(); // digits before the point
    String sign = value < 0 ? "-" : "";
    if (point > EXACT_POWERS || point <= -4) {
      int exponent = point - 1;
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
      return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
    }
    if (point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    return point >= digits.length()
        ? sign + digits + "0".repeat(point - digits.length()) + ".0"
        : sign + digits.substring(0, point) + "." + digits.substring(point);
  }
}
