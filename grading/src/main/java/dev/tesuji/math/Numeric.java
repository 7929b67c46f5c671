package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Literal;
import dev.tesuji.math.Expression.Matrix;
import dev.tesuji.math.Expression.Power;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Expression.Sum;
import dev.tesuji.math.Expression.Symbol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Evaluates expressions in double precision. What has no number (integrals, limits, infinity) is
/// NaN; unknown functions get values of chance that depend only on their name and arguments.
final class Numeric {
  private static final int LONGEST_RANGE = 1_000;
  private static final int MOST_STEPS = 100_000;

  private static final Complex UNDEFINED = Complex.of(Double.NaN);

  private int steps;

  private Numeric() {}

  /// Evaluates where variables have these values. What takes too many steps has no number either.
  static Complex value(Expression e, Map<String, Complex> variables) {
    return new Numeric().of(e, variables);
  }

  private Complex of(Expression e, Map<String, Complex> variables) {
    if (++steps > MOST_STEPS) {
      return UNDEFINED;
    }
    return switch (e) {
      case Literal(Rational value, _) -> Complex.of(value.doubleValue());
      case Symbol(String name) -> symbol(name, variables);
      case Sum(var terms) -> {
        Complex total = Complex.ZERO;
        for (Expression term : terms) {
          total = total.plus(of(term, variables));
        }
        yield total;
      }
      case Product(var factors) -> {
        Complex total = Complex.ONE;
        for (Expression factor : factors) {
          total = total.times(of(factor, variables));
        }
        yield total;
      }
      case Power(var base, var exponent) ->
          power(of(base, variables), exponent, of(exponent, variables));
      case Call call -> call(call, variables);
      case Matrix _ -> UNDEFINED;
    };
  }

  private static Complex symbol(String name, Map<String, Complex> variables) {
    return switch (name) {
      case "pi" -> Complex.of(Math.PI);
      case "e" -> Complex.of(Math.E);
      case "i" -> Complex.I;
      case "°" -> Complex.of(Math.PI / 180);
      case "%" -> Complex.of(0.01);
      case "infinity", "±" -> UNDEFINED;
      default -> variables.getOrDefault(name, UNDEFINED);
    };
  }

  /// Raises to a power; odd roots of negative numbers are real, as pupils have it.
  private static Complex power(Complex base, Expression exponent, Complex value) {
    if (base.isReal() && base.re() < 0) {
      Rational exact = Exact.value(exponent).orElse(Rational.ONE);
      if (exact.denominator().testBit(0) && !exact.isInteger()) {
        double size = Math.pow(-base.re(), value.re());
        return Complex.of(exact.numerator().testBit(0) ? -size : size);
      }
    }
    return base.power(value);
  }

  private Complex call(Call call, Map<String, Complex> variables) {
    String f = call.function();
    if (f.equals("sum") || f.equals("product")) {
      return range(call, variables);
    } else if (f.equals("integral") || f.equals("limit")) {
      return UNDEFINED;
    }
    List<Complex> values = call.arguments().stream().map(a -> of(a, variables)).toList();
    Complex x = values.getFirst();
    return switch (f) {
      case "sin" -> x.sin();
      case "cos" -> x.cos();
      case "tan" -> x.sin().over(x.cos());
      case "cot" -> x.cos().over(x.sin());
      case "sec" -> Complex.ONE.over(x.cos());
      case "csc" -> Complex.ONE.over(x.sin());
      case "arcsin" -> x.arcsin();
      case "arccos" -> Complex.of(Math.PI / 2).minus(x.arcsin());
      case "arctan" -> x.arctan();
      case "sinh" -> x.exp().minus(Complex.ONE.over(x.exp())).times(Complex.of(0.5));
      case "cosh" -> x.exp().plus(Complex.ONE.over(x.exp())).times(Complex.of(0.5));
      case "tanh" -> {
        Complex square = x.times(Complex.of(2)).exp();
        yield square.minus(Complex.ONE).over(square.plus(Complex.ONE));
      }
      case "ln" -> x.log();
      case "abs" -> Complex.of(x.abs());
      case "floor", "ceil", "max", "min", "factorial", "binomial", "gcd", "lcm" ->
          real(f, call, values);
      default -> f.startsWith("\\") ? chance(f, values) : UNDEFINED;
    };
  }

  private static Complex real(String f, Call call, List<Complex> values) {
    if (values.stream().anyMatch(v -> !v.isReal() || Double.isNaN(v.re()))) {
      return UNDEFINED;
    }
    double x = values.getFirst().re();
    double y = values.getLast().re();
    return Complex.of(
        switch (f) {
          case "floor" -> Math.floor(snapped(x));
          case "ceil" -> Math.ceil(snapped(x));
          case "max" -> values.stream().mapToDouble(Complex::re).max().orElse(Double.NaN);
          case "min" -> values.stream().mapToDouble(Complex::re).min().orElse(Double.NaN);
          case "factorial" -> x >= 0 ? Math.exp(logFactorial(x)) : Double.NaN;
          case "binomial" ->
              y >= 0 && x >= y
                  ? Math.exp(logFactorial(x) - logFactorial(y) - logFactorial(x - y))
                  : Double.NaN;
          default -> Exact.value(call).map(Rational::doubleValue).orElse(Double.NaN);
        });
  }

  /// Returns the whole number that x is but for what double precision loses, else x.
  private static double snapped(double x) {
    return Math.abs(x - Math.rint(x)) <= 1e-9 * Math.max(1, Math.abs(x)) ? Math.rint(x) : x;
  }

  /// Computes ln Γ(x + 1) by Stirling's series, shifted to where it is exact to double precision.
  private static double logFactorial(double x) {
    double z = x + 1;
    double shift = 0;
    while (z < 15) {
      shift += Math.log(z);
      z++;
    }
    double inverse = 1 / (z * z);
    double series =
        (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse / 1680))) / z;
    return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  private Complex range(Call call, Map<String, Complex> variables) {
    Complex from = of(call.arguments().get(2), variables);
    Complex to = of(call.arguments().get(3), variables);
    if (!isWhole(from) || !isWhole(to) || !(to.re() - from.re() < LONGEST_RANGE)) {
      return UNDEFINED;
    }
    boolean sum = call.function().equals("sum");
    String variable = ((Symbol) call.arguments().get(1)).name();
    Map<String, Complex> inner = new HashMap<>(variables);
    Complex total = sum ? Complex.ZERO : Complex.ONE;
    for (double k = from.re(); k <= to.re() && steps <= MOST_STEPS; k++) {
      inner.put(variable, Complex.of(k));
      Complex next = of(call.arguments().getFirst(), inner);
      total = sum ? total.plus(next) : total.times(next);
    }
    return total;
  }

  private static boolean isWhole(Complex x) {
    return x.isReal() && x.re() == Math.rint(x.re());
  }

  private static Complex chance(String function, List<Complex> values) {
    long seed = function.hashCode();
    for (Complex v : values) {
      seed = Chance.mix(seed, Math.round(v.re() * 1e6) * 31 + Math.round(v.im() * 1e6));
    }
    return Complex.of(0.5 + 2 * Chance.uniform(seed));
  }
}
