package dev.tesuji.constrain.automaton;

import dev.tesuji.check.BadInput;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Automata of numbers as JSON writes them, exact to the last digit.
///
/// A number within bounds is written without an exponent. The automaton reads digit by digit and
/// holds, for each bound, how what it has read compares with as many digits of the bound: at the
/// point the numbers of digits before it decide first.
public final class Decimals {
  private static final int DIGITS = 400;
  private static final int LARGEST_DIVISOR = 10_000;

  /// What a number must lie between.
  ///
  /// @param min the least, or null
  /// @param minExcluded whether it is itself excluded
  /// @param max the largest, or null
  /// @param maxExcluded whether it is itself excluded
  public record Bounds(
      @Nullable BigDecimal min,
      boolean minExcluded,
      @Nullable BigDecimal max,
      boolean maxExcluded) {
    /// Returns whether there is no bound.
    public boolean isOpen() {
      return min == null && max == null;
    }
  }

  private Decimals() {}

  /// Makes the automaton of numbers, or of whole numbers, within bounds.
  ///
  /// @throws BadInput when a bound has too many digits
  public static Dfa within(Bounds bounds, boolean whole, int limit, String name) {
    if (bounds.isOpen()) {
      String number =
          whole ? "0|-?[1-9][0-9]*" : "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?";
      return Regex.parse(number, name).automaton(Encoding.PLAIN, limit, name);
    }
    Reader reader = new Reader(limit(bounds.min, name), limit(bounds.max, name), bounds, whole);
    return Dfa.explore(reader, Reading.START, limit, name).pruned(_ -> true);
  }

  private static @Nullable Limit limit(@Nullable BigDecimal value, String name) {
    if (value == null) {
      return null;
    }
    BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    if (Math.max(plain.precision() - (long) plain.scale(), plain.scale()) > DIGITS) {
      throw new BadInput(
          name
              + " must have bounds of at most "
              + DIGITS
              + " digits, got "
              + BadInput.brief(value));
    }
    String text = plain.abs().toPlainString();
    int point = text.indexOf('.');
    return new Limit(
        plain.signum(),
        point < 0 ? text : text.substring(0, point),
        point < 0 ? "" : text.substring(point + 1));
  }

  /// A bound in digits.
  private record Limit(int sign, String whole, String fraction) {}

  private enum Phase {
    START,
    SIGN,
    ZERO,
    WHOLE,
    POINT,
    FRACTION
  }

  /// How far a number was read. `digits` counts those of the part that is being read, as far as
  /// they matter; the orders compare the digits with those of each bound.
  private record Reading(Phase phase, boolean negative, int digits, int toMin, int toMax) {
    static final Reading START = new Reading(Phase.START, false, 0, 0, 0);
  }

  private record Reader(@Nullable Limit min, @Nullable Limit max, Bounds bounds, boolean whole)
      implements Dfa.Machine<Reading> {
    @Override
    public void edges(Reading r, Dfa.EdgeSink<Reading> sink) {
      switch (r.phase) {
        case START -> {
          sink.edge('-', '-', new Reading(Phase.SIGN, true, 0, 0, 0));
          digits(r, sink);
        }
        case SIGN, WHOLE, FRACTION, POINT -> {
          point(r, sink);
          digits(r, sink);
        }
        case ZERO -> point(r, sink);
      }
    }

    private void point(Reading r, Dfa.EdgeSink<Reading> sink) {
      if (!whole && (r.phase == Phase.ZERO || r.phase == Phase.WHOLE)) {
        int toMin = min == null ? 0 : wholeOrder(min, r.toMin, r.digits);
        int toMax = max == null ? 0 : wholeOrder(max, r.toMax, r.digits);
        sink.edge('.', '.', new Reading(Phase.POINT, r.negative, 0, toMin, toMax));
      }
    }

    private void digits(Reading r, Dfa.EdgeSink<Reading> sink) {
      boolean first = r.phase == Phase.START || r.phase == Phase.SIGN;
      boolean fraction = r.phase == Phase.POINT || r.phase == Phase.FRACTION;
      for (char d = '0'; d <= '9'; d++) {
        if (whole && d == '0' && r.phase == Phase.SIGN) {
          continue; // nobody writes -0
        }
        int toMin = min == null ? 0 : order(r.toMin, part(min, fraction), r.digits, d);
        int toMax = max == null ? 0 : order(r.toMax, part(max, fraction), r.digits, d);
        Phase next = fraction ? Phase.FRACTION : first && d == '0' ? Phase.ZERO : Phase.WHOLE;
        int read = Math.min(r.digits + 1, longest(fraction) + 1);
        sink.edge(d, d, new Reading(next, r.negative, read, toMin, toMax));
      }
    }

    private int longest(boolean fraction) {
      return Math.max(
          min == null ? 0 : part(min, fraction).length(),
          max == null ? 0 : part(max, fraction).length());
    }

    private static String part(Limit limit, boolean fraction) {
      return fraction ? limit.fraction : limit.whole;
    }

    private static int order(int before, String digits, int at, char digit) {
      if (before != 0) {
        return before;
      }
      return Integer.signum(
          Character.compare(digit, at < digits.length() ? digits.charAt(at) : '0'));
    }

    /// Compares the parts before the point: more digits are more.
    private static int wholeOrder(Limit limit, int order, int digits) {
      int length = Integer.compare(digits, limit.whole.length());
      return length != 0 ? length : order;
    }

    @Override
    public boolean accepts(Reading r) {
      return switch (r.phase) {
        case START, SIGN, POINT -> false;
        case ZERO, WHOLE, FRACTION ->
            (min == null || order(r, min, r.toMin) >= (bounds.minExcluded ? 1 : 0))
                && (max == null || order(r, max, r.toMax) <= (bounds.maxExcluded ? -1 : 0));
      };
    }

    /// Compares the number with a bound, signs and all.
    private static int order(Reading r, Limit limit, int soFar) {
      int size;
      if (r.phase == Phase.FRACTION) {
        size = soFar != 0 || r.digits >= limit.fraction.length() ? soFar : -1;
      } else {
        size = wholeOrder(limit, soFar, r.digits);
        size = size == 0 && !limit.fraction.isEmpty() ? -1 : size;
      }
      if (limit.sign == 0 && size == 0) {
        return 0;
      }
      if (r.negative) {
        return limit.sign < 0 ? -size : -1;
      }
      return limit.sign < 0 ? 1 : size;
    }
  }

  /// Makes the automaton of whole numbers that a divisor divides.
  ///
  /// @throws BadInput when the divisor is too large
  public static Dfa multiples(BigInteger divisor, int limit, String name) {
    if (divisor.signum() <= 0 || divisor.compareTo(BigInteger.valueOf(LARGEST_DIVISOR)) > 0) {
      throw new BadInput(
          name
              + " must have a whole multipleOf from 1 to "
              + LARGEST_DIVISOR
              + ", got "
              + BadInput.brief(divisor));
    }
    return Dfa.explore(new Remainders(divisor.intValue()), -2, limit, name);
  }

  /// States: -2 at the start, -1 after the sign, else the remainder of what was read.
  private record Remainders(int divisor) implements Dfa.Machine<Integer> {
    @Override
    public void edges(Integer state, Dfa.EdgeSink<Integer> sink) {
      if (state == -2) {
        sink.edge('-', '-', -1);
      }
      for (char d = '0'; d <= '9'; d++) {
        sink.edge(d, d, (int) ((Math.max(state, 0) * 10L + (d - '0')) % divisor));
      }
    }

    @Override
    public boolean accepts(Integer state) {
      return state == 0;
    }
  }
}
