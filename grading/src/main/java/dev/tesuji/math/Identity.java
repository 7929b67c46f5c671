package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Literal;
import dev.tesuji.math.Expression.Power;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides whether two expressions are equal.
///
/// In this order, each only where those before could not tell: written alike; exact values; values
/// in double precision, which refute; values in as many digits as it takes ([Precise]); for sums
/// over unbounded ranges, integrals and limits, computer algebra. Expressions with variables are
/// compared so at points of chance (two rational functions of low degree that agree at six such
/// points are equal but for a probability that Schwartz and Zippel bound).
///
/// One is made for each pair of answers: it bounds the questions to computer algebra that they may
/// cost.
final class Identity {
  private static final long SEED = 0x1DE47;
  private static final int POINTS = 24;
  private static final int ENOUGH = 6;
  private static final int CONFIRMED = 2; // points at which many digits are compared
  private static final int MOST_QUESTIONS = 3; // to computer algebra
  private static final int FEWEST_DIGITS = 6; // of a rounded value
  private static final double NOISE = 1e-9; // relative; what double precision loses
  private static final double TINY = 1e-13;
  private static final double SMALLEST = 1e-290; // smaller values may have underflowed

  private final Algebra algebra;
  private int questions;

  Identity(Algebra algebra) {
    this.algebra = algebra;
  }

  /// Returns whether two expressions are equal, wherever both are real.
  boolean equal(Expression a, Expression b) throws OutOfTime {
    if (a.key().equals(b.key())) {
      return true;
    }
    if (a.has(Constants.INFINITY::equals) || b.has(Constants.INFINITY::equals)) {
      return proven(a, b);
    }
    return (a.isConstant() && b.isConstant()) ? equalConstants(a, b) : equalFunctions(a, b);
  }

  /// Returns whether an expression is a sum over a range, an integral or a limit.
  static boolean isCalculus(Expression e) {
    return e instanceof Call call
        && Set.of("sum", "product", "integral", "limit").contains(call.function());
  }

  private boolean equalConstants(Expression a, Expression b) throws OutOfTime {
    Optional<Rational> x = Exact.value(a);
    Optional<Rational> y = Exact.value(b);
    if (x.isPresent() && y.isPresent()) {
      return x.get().equals(y.get())
          || isRounding(x.get(), b, y.get())
          || isRounding(y.get(), a, x.get());
    }
    Complex v = Numeric.value(a, Map.of());
    Complex w = Numeric.value(b, Map.of());
    if (isSound(v) && isSound(w) && !agree(v, w)) {
      return (v.isReal() && y.isPresent() && isRounding(v.re(), b, y.get()))
          || (w.isReal() && x.isPresent() && isRounding(w.re(), a, x.get()));
    }
    return Precise.equal(a, b, Map.of()).orElse(false) || provenConstants(a, b, v, w);
  }

  /// Asks computer algebra about constants that have no number.
  private boolean provenConstants(Expression a, Expression b, Complex v, Complex w)
      throws OutOfTime {
    return !(v.isFinite() && w.isFinite()) && proven(a, b);
  }

  /// Returns whether double precision holds a value, which has neither over- nor underflowed.
  private static boolean isSound(Complex value) {
    return value.isFinite() && (value.abs() > SMALLEST || value.abs() == 0);
  }

  /// Returns whether a decimal is the rounded value of a fraction that no decimal writes.
  private static boolean isRounding(Rational exact, Expression d, Rational decimal) {
    return !exact.isDecimal() && isRounding(exact.doubleValue(), d, decimal);
  }

  /// Returns whether a decimal of six digits or more is a value, rounded or cut to its own last
  /// digit.
  private static boolean isRounding(double value, Expression d, Rational decimal) {
    if (!(d instanceof Literal n && n.decimal())) {
      return false;
    }
    BigDecimal written =
        new BigDecimal(decimal.numerator()).divide(new BigDecimal(decimal.denominator()));
    double ulp = written.ulp().doubleValue();
    double gap = Math.abs(value) - Math.abs(written.doubleValue()); // what was cut off, if at all
    double noise = 1e-14 * Math.abs(value);
    return written.precision() >= FEWEST_DIGITS
        && written.signum() == Math.signum(value)
        && gap >= -ulp / 2 - noise
        && gap < ulp + noise;
  }

  private static boolean agree(Complex v, Complex w) {
    double gap = v.minus(w).abs();
    return gap <= TINY || gap <= NOISE * Math.max(v.abs(), w.abs());
  }

  /// A point at which expressions are compared.
  private record Point(Map<String, Rational> exact, Map<String, Complex> near) {}

  private boolean equalFunctions(Expression a, Expression b) throws OutOfTime {
    Set<String> whole = wholeNumbers(a, b);
    int exact = 0;
    int close = 0;
    for (int i = 0; i < POINTS && exact < ENOUGH && close < ENOUGH; i++) {
      Point point = point(i, a, b, whole);
      Optional<Rational> x = Exact.value(a, point.exact());
      Optional<Rational> y = x.isEmpty() ? x : Exact.value(b, point.exact());
      if (x.isPresent() && y.isPresent()) {
        if (!x.get().equals(y.get())) {
          return false;
        }
        exact++;
        continue;
      }
      Complex v = Numeric.value(a, point.near());
      Complex w = Numeric.value(b, point.near());
      if (v.isFinite() && w.isFinite() && ((v.isReal() && w.isReal()) || i >= POINTS / 2)) {
        boolean sound = isSound(v) && isSound(w);
        boolean confirms = !sound || close < CONFIRMED;
        if ((sound && !agree(v, w))
            || (confirms && !Precise.equal(a, b, point.exact()).orElse(sound))) {
          return false;
        }
        close++;
      }
    }
    return exact >= ENOUGH || close >= ENOUGH || (exact + close == 0 && proven(a, b));
  }

  /// Returns the variables that stand in an exponent of a negative number, which is real only where
  /// they are whole: those of `(-1)^n`.
  private static Set<String> wholeNumbers(Expression a, Expression b) {
    Set<String> names = new TreeSet<>();
    for (Expression e : List.of(a, b)) {
      e.has(part -> {
        if (part instanceof Power(var base, var exponent)
            && !exponent.isConstant()
            && Exact.value(base).filter(v -> v.signum() < 0).isPresent()) {
          names.addAll(exponent.variables());
        }
        return false;
      });
    }
    return names;
  }

  private static Point point(int number, Expression a, Expression b, Set<String> whole) {
    Set<String> names = new TreeSet<>(a.variables());
    names.addAll(b.variables());
    Point point = new Point(new HashMap<>(), new HashMap<>());
    int index = 0;
    for (String name : names) {
      Rational value =
          whole.contains(name)
              ? Rational.of(2L + Chance.below(40, SEED, number, index))
              : coordinate(number, index);
      index++;
      point.exact().put(name, value);
      point.near().put(name, Complex.of(value.doubleValue()));
    }
    return point;
  }

  /// Draws a coordinate: positive at the first points, then of either sign.
  private static Rational coordinate(int point, int index) {
    int numerator = 300 + Chance.below(3001, SEED, point, index, 0);
    boolean negative = point >= 2 && Chance.below(2, SEED, point, index, 1) == 0;
    return Rational.of(negative ? -numerator : numerator).times(THOUSANDTH);
  }

  private static final Rational THOUSANDTH = Rational.of(1009).reciprocal(); // of prime denominator

  /// Asks computer algebra whether two expressions are equal, of which one has a sum over a range,
  /// an integral or a limit.
  private boolean proven(Expression a, Expression b) throws OutOfTime {
    if (!a.has(Identity::isCalculus) && !b.has(Identity::isCalculus)) {
      return false;
    }
    if (++questions > MOST_QUESTIONS) {
      throw new OutOfTime();
    }
    return algebra.isZero(Expression.minus(a, b)).orElse(false);
  }

  /// Returns whether a value that an answer gives as an approximation is one: rounded to its own
  /// last digit, or within a hundredth.
  static boolean isApproximation(Expression exact, Expression rough) {
    double value = Numeric.value(exact, Map.of()).re();
    double near = Numeric.value(rough, Map.of()).re();
    @Nullable Rational written = Exact.value(rough).orElse(null);
    double ulp =
        written == null || !written.isDecimal()
            ? 0
            : new BigDecimal(written.numerator())
                .divide(new BigDecimal(written.denominator()))
                .ulp()
                .min(new BigDecimal("0.5"))
                .doubleValue();
    boolean decimal = rough instanceof Literal n && (n.decimal() || n.value().isInteger());
    double gap = Math.abs(value - near);
    boolean cut = Math.abs(near) < Math.abs(value) && gap < 0.999 * ulp;
    return gap <= 0.01 * Math.abs(value) || (decimal && (gap <= 0.5001 * ulp || cut));
  }

  /// Returns whether the left-hand sides of `a = 0` and `b = 0` differ by a constant factor, which
  /// is positive where the sign matters.
  boolean proportional(Expression a, Expression b, boolean positive) throws OutOfTime {
    Set<String> names = new TreeSet<>(a.variables());
    if (names.isEmpty() || !names.equals(b.variables())) {
      return equal(a, b);
    }
    for (int number = 0; number < POINTS; number++) {
      Expression x = a;
      Expression y = b;
      int index = 0;
      for (String name : names) {
        Literal value = new Literal(coordinate(number, index++), false);
        x = x.replace(new Expression.Symbol(name), value);
        y = y.replace(new Expression.Symbol(name), value);
      }
      Complex v = Numeric.value(x, Map.of());
      Complex w = Numeric.value(y, Map.of());
      boolean usable = v.isFinite() && w.isFinite() && v.abs() > NOISE && w.abs() > NOISE;
      if (usable) {
        double ratio = v.over(w).re();
        return (!positive || ratio > 0)
            && equal(Expression.quotient(a, x), Expression.quotient(b, y));
      }
    }
    return equal(a, b);
  }
}
