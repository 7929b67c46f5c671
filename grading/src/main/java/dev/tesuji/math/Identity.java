package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Literal;
import dev.tesuji.random.Rng;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Decides whether two expressions are equal.
///
/// In this order, each only where those before could not tell: written alike; exact values; exact
/// values where the variables have values of chance (two rational functions of low degree that
/// agree at six such points are equal but for a probability that Schwartz and Zippel bound); values
/// in double precision; computer algebra.
final class Identity {
  private static final long SEED = 0x1DE47;
  private static final int POINTS = 24;
  private static final int ENOUGH = 6;
  private static final double NOISE = 1e-9; // relative; what double precision loses
  private static final double TINY = 1e-13;
  private static final double SIX_DIGITS = 1e-6;

  private final Algebra algebra;

  Identity(Algebra algebra) {
    this.algebra = algebra;
  }

  /// Says whether two expressions are equal, wherever both are real.
  boolean equal(Expression a, Expression b) throws OutOfTime {
    if (a.key().equals(b.key())) {
      return true;
    }
    if (a.has(Constants.INFINITY::equals) || b.has(Constants.INFINITY::equals)) {
      return (a.has(Identity::isCalculus) || b.has(Identity::isCalculus)) ? proven(a, b) : false;
    }
    return (a.isConstant() && b.isConstant()) ? equalConstants(a, b) : equalFunctions(a, b);
  }

  /// Says whether an expression is a sum over a range, an integral or a limit.
  static boolean isCalculus(Expression e) {
    return e instanceof Call call
        && Set.of("sum", "product", "integral", "limit").contains(call.function());
  }

  private boolean equalConstants(Expression a, Expression b) throws OutOfTime {
    boolean rounded = a.isRounded() || b.isRounded();
    Optional<Rational> x = Exact.value(a);
    Optional<Rational> y = Exact.value(b);
    if (x.isPresent() && y.isPresent()) {
      return x.get().equals(y.get())
          || (rounded && near(x.get().doubleValue(), y.get().doubleValue()))
          || isRounding(a, x.get().doubleValue(), b, y.get());
    }
    Complex v = Numeric.value(a, Map.of());
    Complex w = Numeric.value(b, Map.of());
    if (v.isFinite() && w.isFinite()) {
      boolean close = rounded ? near(v.re(), w.re()) && near(v.im(), w.im()) : agree(v, w);
      if (rounded || !close) {
        return close
            || isRounding(a, v.re(), b, y.orElse(Rational.ZERO))
            || isRounding(b, w.re(), a, x.orElse(Rational.ZERO));
      }
      return !refuted(a, b);
    }
    boolean calculus = a.has(Identity::isCalculus) || b.has(Identity::isCalculus);
    return calculus && proven(a, b);
  }

  /// Compares values of which one is rounded: they agree to six digits after the point, counted
  /// from the first digit that is not zero for values below 0.1.
  static boolean near(double x, double y) {
    double size = Math.max(Math.abs(x), Math.abs(y));
    double unit = size >= 0.1 ? 1 : Math.pow(10, Math.floor(Math.log10(size)) + 1);
    return x == y || Math.abs(x - y) <= SIX_DIGITS * unit;
  }

  /// Says whether a decimal of six digits or more is the exact value of something else, rounded or
  /// cut to its own last digit.
  private static boolean isRounding(
      Expression exact, double value, Expression d, Rational decimal) {
    boolean rounding =
        d instanceof Literal n
            && n.decimal()
            && !exact.isRounded()
            && Exact.value(exact).filter(Rational::isDecimal).isEmpty();
    if (!rounding) {
      return false;
    }
    BigDecimal written =
        new BigDecimal(decimal.numerator()).divide(new BigDecimal(decimal.denominator()));
    return written.precision() >= 6
        && Math.abs(written.doubleValue() - value) <= written.ulp().doubleValue();
  }

  private static boolean agree(Complex v, Complex w) {
    double gap = v.minus(w).abs();
    return gap <= TINY || gap <= NOISE * Math.max(v.abs(), w.abs());
  }

  private boolean equalFunctions(Expression a, Expression b) throws OutOfTime {
    Set<String> names = new TreeSet<>(a.variables());
    names.addAll(b.variables());
    boolean rounded = a.isRounded() || b.isRounded();
    int exact = 0;
    int close = 0;
    for (int point = 0; point < POINTS && exact < ENOUGH && close < ENOUGH; point++) {
      Map<String, Rational> at = new HashMap<>();
      Map<String, Complex> near = new HashMap<>();
      int index = 0;
      for (String name : names) {
        Rational value = coordinate(point, index++);
        at.put(name, value);
        near.put(name, Complex.of(value.doubleValue()));
      }
      Optional<Rational> x = Exact.value(a, at);
      Optional<Rational> y = x.isEmpty() ? x : Exact.value(b, at);
      if (!rounded && x.isPresent() && y.isPresent()) {
        if (!x.get().equals(y.get())) {
          return false;
        }
        exact++;
        continue;
      }
      Complex v = Numeric.value(a, near);
      Complex w = Numeric.value(b, near);
      if (v.isFinite() && w.isFinite() && ((v.isReal() && w.isReal()) || point >= POINTS / 2)) {
        if (rounded ? !(near(v.re(), w.re()) && near(v.im(), w.im())) : !agree(v, w)) {
          return false;
        }
        close++;
      }
    }
    return exact >= ENOUGH || close >= ENOUGH || (exact + close == 0 && proven(a, b));
  }

  /// Draws a coordinate: positive at the first points, then of either sign.
  private static Rational coordinate(int point, int index) {
    int numerator = 300 + Rng.below(3001, SEED, point, index, 0);
    boolean negative = point >= 2 && Rng.below(2, SEED, point, index, 1) == 0;
    return Rational.of(negative ? -numerator : numerator).times(THOUSANDTH);
  }

  private static final Rational THOUSANDTH = Rational.of(1009).reciprocal(); // of prime denominator

  private boolean proven(Expression a, Expression b) throws OutOfTime {
    return algebra.isZero(Expression.minus(a, b)).orElse(false);
  }

  /// Says whether two constants that agree in double precision differ nevertheless. What computer
  /// algebra cannot tell in time stays an agreement.
  private boolean refuted(Expression a, Expression b) {
    try {
      return algebra.isZero(Expression.minus(a, b)).filter(zero -> !zero).isPresent();
    } catch (OutOfTime e) {
      return false;
    }
  }

  /// Says whether the left-hand sides of `a = 0` and `b = 0` differ by a constant factor, which is
  /// positive where the sign matters.
  boolean proportional(Expression a, Expression b, boolean positive) throws OutOfTime {
    Set<String> names = new TreeSet<>(a.variables());
    if (names.isEmpty() || !names.equals(b.variables())) {
      return equal(a, b);
    }
    for (int point = 0; point < POINTS; point++) {
      Expression x = a;
      Expression y = b;
      int index = 0;
      for (String name : names) {
        Literal value = new Literal(coordinate(point, index++), false);
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
