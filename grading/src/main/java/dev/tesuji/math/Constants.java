package dev.tesuji.math;

import dev.tesuji.math.Expression.Symbol;
import java.util.Set;

/// The symbols that are not variables.
final class Constants {
  /// The choice of sign in `\pm`, which stands for +1 and -1 in turn.
  static final Symbol EITHER_SIGN = new Symbol("±");

  /// Degrees: the unit of an answer, π/180 within an expression.
  static final Symbol DEGREE = new Symbol("°");

  /// The percent sign: the unit of an answer, 1/100 within an expression.
  static final Symbol PERCENT = new Symbol("%");

  /// The unbounded end of an interval.
  static final Symbol INFINITY = new Symbol("infinity");

  /// The names of all of them.
  static final Set<String> NAMES = Set.of("pi", "e", "i", "infinity", "°", "%", "±");

  private Constants() {}
}
