package dev.tesuji.math;

import dev.tesuji.math.Answer.Clock;
import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Expression.Literal;
import java.util.List;
import java.util.Optional;

/// Compares times. They are no ratios: 6:00 is not 5:00, though 6 by 0 and 5 by 0 are alike.
final class Clocks {
  private static final int NOON = 12;

  private Clocks() {}

  /// Returns whether two answers are the same time; one without `am` or `pm` may be either half of
  /// the day.
  static boolean equal(Answer gold, Answer given) {
    Optional<Clock> a = clock(gold);
    Optional<Clock> b = clock(given);
    if (a.isEmpty() || b.isEmpty() || !rest(a.get()).equals(rest(b.get()))) {
      return false;
    }
    int hour = hour(a.get());
    int other = hour(b.get());
    boolean both = a.get().half().isEmpty() == b.get().half().isEmpty();
    return hour == other
        || (!both && a.get().parts().getFirst().equals(b.get().parts().getFirst()));
  }

  private static List<Integer> rest(Clock clock) {
    return clock.parts().subList(1, clock.parts().size());
  }

  /// Returns the hour, counted from midnight where the half of the day is known.
  private static int hour(Clock clock) {
    int hour = clock.parts().getFirst();
    return switch (clock.half()) {
      case "am" -> hour % NOON;
      case "pm" -> hour % NOON + NOON;
      default -> hour;
    };
  }

  /// Returns a time; `6 PM` is one without minutes.
  private static Optional<Clock> clock(Answer answer) {
    return switch (answer) {
      case Clock c -> Optional.of(c);
      case Value(Literal(Rational hour, _), Unit unit, _)
          when hour.isInteger() && (unit.name().equals("am") || unit.name().equals("pm")) ->
          Optional.of(new Clock(List.of(hour.numerator().intValue(), 0), unit.name()));
      default -> Optional.empty();
    };
  }
}
