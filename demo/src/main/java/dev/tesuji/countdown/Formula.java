package dev.tesuji.countdown;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An arithmetic expression as players write it, with its exact value.
///
/// Whole numbers of plain digits, `+ - * /`, the signs `×`, `·`, `÷` and `−` for three of them, and
/// round brackets. There is no sign before a number, no power, no decimal point, no equals sign:
/// what is not written in this way is no expression.
///
/// @param value what it comes to
/// @param numbers the numbers in it, in their order
record Formula(Ratio value, List<Integer> numbers) {
  private static final int LONGEST = 200; // characters; deeper brackets than that are no answer
  private static final int DIGITS = 6;

  /// Copies the list.
  Formula {
    numbers = List.copyOf(numbers);
  }

  /// An exact fraction.
  ///
  /// @param above carries the sign
  /// @param below is not 0
  record Ratio(BigInteger above, BigInteger below) {
    static Ratio of(long value) {
      return new Ratio(BigInteger.valueOf(value), BigInteger.ONE);
    }

    private Ratio plus(Ratio other) {
      return new Ratio(
          above.multiply(other.below).add(other.above.multiply(below)),
          below.multiply(other.below));
    }

    private Ratio times(BigInteger factor, BigInteger divisor) {
      return new Ratio(above.multiply(factor), below.multiply(divisor));
    }

    private Ratio with(char sign, Ratio other) {
      return switch (sign) {
        case '+' -> plus(other);
        case '-' -> plus(new Ratio(other.above.negate(), other.below));
        case '*' -> times(other.above, other.below);
        default -> {
          if (other.above.signum() == 0) {
            throw new Unreadable();
          }
          yield times(other.below, other.above);
        }
      };
    }

    /// Returns whether it is that whole number.
    boolean is(long whole) {
      return above.equals(below.multiply(BigInteger.valueOf(whole)));
    }

    /// Returns whether both are the same number.
    boolean same(Ratio other) {
      return above.multiply(other.below).equals(other.above.multiply(below));
    }
  }

  /// Reads an expression; nothing where a text is none, or divides by zero.
  static Optional<Formula> read(String text) {
    String plain =
        text.replace('×', '*').replace('·', '*').replace('÷', '/').replace('−', '-').strip();
    if (plain.isEmpty() || plain.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      Reader reader = new Reader(plain);
      Ratio value = reader.sum();
      return reader.isAtEnd() ? Optional.of(new Formula(value, reader.numbers)) : Optional.empty();
    } catch (Unreadable e) {
      return Optional.empty();
    }
  }

  /// Ends the reading of what is no expression.
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable() {
      super("no expression", null, false, false);
    }
  }

  /// A place in a text that is read from left to right.
  private static final class Reader {
    private final String text;
    private final List<Integer> numbers = new ArrayList<>();
    private int at;

    Reader(String text) {
      this.text = text;
    }

    private char next() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    boolean isAtEnd() {
      return next() == 0 && at >= text.length();
    }

    private Ratio sum() {
      Ratio value = product();
      for (char sign = next(); sign == '+' || sign == '-'; sign = next()) {
        at++;
        value = value.with(sign, product());
      }
      return value;
    }

    private Ratio product() {
      Ratio value = operand();
      for (char sign = next(); sign == '*' || sign == '/'; sign = next()) {
        at++;
        value = value.with(sign, operand());
      }
      return value;
    }

    private Ratio operand() {
      if (next() == '(') {
        at++;
        Ratio value = sum();
        if (next() != ')') {
          throw new Unreadable();
        }
        at++;
        return value;
      }
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > DIGITS) {
        throw new Unreadable();
      }
      if (text.charAt(start) == '0' && at - start > 1) {
        throw new Unreadable(); // 03 is no 3
      }
      int number = Integer.parseInt(text.substring(start, at));
      numbers.add(number);
      return Ratio.of(number);
    }
  }
}
