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
import java.util.Optional;
import org.apfloat.Apcomplex;
import org.apfloat.ApcomplexMath;
import org.apfloat.Apfloat;
import org.apfloat.ApfloatMath;

/// Compares values in as many digits as it takes to tell them apart, with exponents that do not
/// underflow.
///
/// Two values are computed in [#DIGITS] digits and, where they agree in these, once more in so many
/// that the smallest term of any sum would still be seen beside the largest. What would need more
/// than [#MOST_DIGITS], or more steps than [#MOST_STEPS], is not told.
final class Precise {
  private static final int DIGITS = 60;
  private static final int GUARD = 20; // last digits, which rounding may have reached
  private static final long MOST_DIGITS = 3_000;
  private static final int MOST_STEPS = 20_000;
  private static final int LARGEST_FACTORIAL = 5_000;
  private static final int LONGEST_RANGE = 1_000;
  private static final long LARGEST_SCALE = 100_000_000;
  private static final long LARGEST_ANGLE = 30; // digits before the point

  private final long digits;
  private final Map<String, Apcomplex> variables;
  private int steps;
  private long spread; // the largest order of magnitude of any term, above or below 1
  private long summed = Long.MIN_VALUE; // the order of magnitude of the largest term of a sum

  private Precise(long digits, Map<String, Apcomplex> variables) {
    this.digits = digits;
    this.variables = variables;
  }

  /// Returns whether two expressions have the same value where variables have these; empty where
  /// that cannot be told.
  static Optional<Boolean> equal(Expression a, Expression b, Map<String, Rational> at) {
    try {
      long digits = DIGITS;
      while (true) {
        Precise precise = new Precise(digits, values(at, digits));
        if (!precise.agree(precise.value(a), precise.value(b))) {
          return Optional.of(false);
        }
        long needed = DIGITS - GUARD + 2 * precise.spread;
        if (needed <= digits) {
          return Optional.of(true);
        }
        if (needed > MOST_DIGITS) {
          return Optional.empty();
        }
        digits = needed;
      }
    } catch (RuntimeException e) {
      return Optional.empty(); // undefined, too large, or without enough digits left
    }
  }

  private static Map<String, Apcomplex> values(Map<String, Rational> at, long digits) {
    Map<String, Apcomplex> values = new HashMap<>();
    at.forEach((name, value) -> values.put(name, literal(value, digits)));
    return values;
  }

  private static Apfloat literal(Rational value, long digits) {
    Apfloat numerator = new Apfloat(value.numerator(), digits);
    return value.isInteger()
        ? numerator
        : numerator.divide(new Apfloat(value.denominator(), digits));
  }

  private boolean agree(Apcomplex a, Apcomplex b) {
    Apcomplex gap = a.subtract(b);
    long size = Math.max(summed, Math.max(scale(a), scale(b)));
    return isNoise(gap.real(), size) && isNoise(gap.imag(), size);
  }

  private boolean isNoise(Apfloat part, long size) {
    return part.signum() == 0 || part.scale() <= size - digits + GUARD;
  }

  private static long scale(Apcomplex z) {
    return Math.max(
        z.real().signum() == 0 ? Long.MIN_VALUE : z.real().scale(),
        z.imag().signum() == 0 ? Long.MIN_VALUE : z.imag().scale());
  }

  private static ArithmeticException undefined(String why) {
    return new ArithmeticException(why);
  }

  private Apcomplex value(Expression e) {
    if (++steps > MOST_STEPS) {
      throw undefined("too many steps");
    }
    Apcomplex value =
        switch (e) {
          case Literal(Rational literal, _) -> {
            long bits = (long) literal.numerator().bitLength() + literal.denominator().bitLength();
            spread = Math.max(spread, bits / 3);
            yield literal(literal, digits);
          }
          case Symbol(String name) -> symbol(name);
          case Sum(var terms) -> {
            Apcomplex total = Apcomplex.ZERO;
            for (Expression term : terms) {
              Apcomplex next = value(term);
              summed = Math.max(summed, scale(next));
              spread(next);
              total = total.add(next);
            }
            yield total;
          }
          case Product(var factors) -> {
            Apcomplex total = Apcomplex.ONE;
            for (Expression factor : factors) {
              total = total.multiply(value(factor));
            }
            yield total;
          }
          case Power(var base, var exponent) -> power(value(base), exponent);
          case Call call -> call(call);
          case Matrix _ -> throw undefined("a matrix");
        };
    measure(value);
    return value;
  }

  private static void measure(Apcomplex value) {
    long scale = scale(value);
    if (scale != Long.MIN_VALUE && Math.abs(scale) > LARGEST_SCALE) {
      throw undefined("too large");
    }
  }

  private void spread(Apcomplex term) {
    long scale = scale(term);
    if (scale != Long.MIN_VALUE) {
      spread = Math.max(spread, Math.abs(scale));
    }
  }

  private Apcomplex symbol(String name) {
    return switch (name) {
      case "pi" -> ApfloatMath.pi(digits);
      case "e" -> ApfloatMath.exp(new Apfloat(1, digits));
      case "i" -> Apcomplex.I;
      case "°" -> ApfloatMath.pi(digits).divide(new Apfloat(180, digits));
      case "%" -> new Apfloat(1, digits).divide(new Apfloat(100, digits));
      default -> {
        Apcomplex value = variables.get(name);
        if (value == null) {
          throw undefined("'" + name + "' has no value");
        }
        yield value;
      }
    };
  }

  /// Raises to a power; odd roots of negative numbers are real, as pupils have it.
  private Apcomplex power(Apcomplex base, Expression exponent) {
    Optional<Rational> exact = Exact.value(exponent);
    if (exact.isEmpty()) {
      Apcomplex power = value(exponent);
      requireSmall(scale(base), power);
      boolean nothing = scale(base) == Long.MIN_VALUE && power.real().signum() > 0;
      return nothing ? Apcomplex.ZERO : ApcomplexMath.pow(base, power);
    }
    Rational p = exact.get();
    if (p.isInteger()) {
      requireSmall(scale(base), literal(p, digits));
      if (p.signum() == 0) {
        return new Apfloat(1, digits);
      }
      return ApcomplexMath.pow(base, p.numerator().longValueExact());
    }
    boolean realRoot =
        base.imag().signum() == 0 && base.real().signum() < 0 && p.denominator().testBit(0);
    if (scale(base) == Long.MIN_VALUE) {
      return Apcomplex.ZERO;
    }
    Apcomplex size = ApcomplexMath.pow(realRoot ? base.negate() : base, literal(p, digits));
    return realRoot && p.numerator().testBit(0) ? size.negate() : size;
  }

  private static void requireSmall(long scale, Apcomplex exponent) {
    if (scale(exponent) > 9
        || Math.abs((double) scale) * Math.abs(exponent.real().doubleValue()) > LARGEST_SCALE) {
      throw undefined("too large a power");
    }
  }

  private Apcomplex call(Call call) {
    String f = call.function();
    if (f.equals("sum") || f.equals("product")) {
      return range(call);
    }
    List<Apcomplex> values = call.arguments().stream().map(this::value).toList();
    Apcomplex x = values.getFirst();
    return switch (f) {
      case "sin", "cos", "tan", "cot", "sec", "csc" -> angle(f, x);
      case "arcsin" -> ApcomplexMath.asin(x);
      case "arccos" -> ApcomplexMath.acos(x);
      case "arctan" -> ApcomplexMath.atan(x);
      case "sinh" -> ApcomplexMath.sinh(x);
      case "cosh" -> ApcomplexMath.cosh(x);
      case "tanh" -> ApcomplexMath.tanh(x);
      case "ln" -> ApcomplexMath.log(x);
      case "abs" -> ApcomplexMath.abs(x);
      case "floor" -> floor(x);
      case "ceil" -> floor(x.negate()).negate();
      case "factorial" -> factorial(x);
      case "max", "min" -> extreme(f.equals("max"), values);
      default -> f.startsWith("\\") ? chance(f, values) : exactly(call);
    };
  }

  private Apcomplex angle(String f, Apcomplex x) {
    if (scale(x) > LARGEST_ANGLE) {
      throw undefined("an angle of too many turns");
    }
    Apcomplex one = new Apfloat(1, digits);
    return switch (f) {
      case "sin" -> ApcomplexMath.sin(x);
      case "cos" -> ApcomplexMath.cos(x);
      case "tan" -> ApcomplexMath.tan(x);
      case "cot" -> ApcomplexMath.cos(x).divide(ApcomplexMath.sin(x));
      case "sec" -> one.divide(ApcomplexMath.cos(x));
      default -> one.divide(ApcomplexMath.sin(x));
    };
  }

  private Apcomplex exactly(Call call) {
    return literal(
        Exact.value(call).orElseThrow(() -> undefined(call.function() + " is not rational")),
        digits);
  }

  private static Apfloat real(Apcomplex x) {
    if (x.imag().signum() != 0) {
      throw undefined("not real");
    }
    return x.real();
  }

  private Apcomplex floor(Apcomplex x) {
    Apfloat near = ApfloatMath.floor(real(x).add(new Apfloat("0.5", digits)));
    Apfloat gap = real(x).subtract(near);
    boolean whole = gap.signum() == 0 || gap.scale() <= GUARD - DIGITS;
    return whole ? near : ApfloatMath.floor(real(x));
  }

  private Apcomplex factorial(Apcomplex x) {
    Apfloat n = real(x);
    if (n.signum() < 0 || !n.isInteger() || n.compareTo(new Apfloat(LARGEST_FACTORIAL)) > 0) {
      throw undefined("a factorial of what is no small whole number");
    }
    Apfloat product = new Apfloat(1, digits);
    for (int i = 2; i <= n.intValue(); i++) {
      product = product.multiply(new Apfloat(i, digits));
    }
    return product;
  }

  private static Apcomplex extreme(boolean largest, List<Apcomplex> values) {
    Apfloat best = real(values.getFirst());
    for (Apcomplex value : values) {
      int order = real(value).compareTo(best);
      best = (largest ? order > 0 : order < 0) ? real(value) : best;
    }
    return best;
  }

  private Apcomplex range(Call call) {
    Apfloat from = real(value(call.arguments().get(2)));
    Apfloat to = real(value(call.arguments().get(3)));
    if (!from.isInteger()
        || !to.isInteger()
        || Math.abs(from.doubleValue()) > 1e9
        || !(to.doubleValue() - from.doubleValue() < LONGEST_RANGE)) {
      throw undefined("a long range");
    }
    boolean sum = call.function().equals("sum");
    String variable = ((Symbol) call.arguments().get(1)).name();
    Apcomplex total = sum ? Apcomplex.ZERO : Apcomplex.ONE;
    for (long k = from.longValue(); k <= to.longValue(); k++) {
      variables.put(variable, new Apfloat(k, digits));
      Apcomplex next = value(call.arguments().getFirst());
      if (sum) {
        summed = Math.max(summed, scale(next));
        spread(next);
      }
      total = sum ? total.add(next) : total.multiply(next);
    }
    return total;
  }

  private Apcomplex chance(String function, List<Apcomplex> values) {
    long seed = function.hashCode();
    for (Apcomplex v : values) {
      long re = Math.round(v.real().doubleValue() * 1e6);
      seed = Chance.mix(seed, re * 31 + Math.round(v.imag().doubleValue() * 1e6));
    }
    return new Apfloat(0.5 + 2 * Chance.uniform(seed), digits);
  }
}
