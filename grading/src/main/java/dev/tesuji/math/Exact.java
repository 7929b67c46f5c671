package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Literal;
import dev.tesuji.math.Expression.Matrix;
import dev.tesuji.math.Expression.Power;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Expression.Sum;
import dev.tesuji.math.Expression.Symbol;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// Evaluates expressions exactly, where their value is rational and not too long.
final class Exact {
  private static final int LARGEST_FACTORIAL = 1_000;
  private static final int LARGEST_DEGREE = 1_000;

  private Exact() {}

  /// Returns the value of an expression without variables; empty where it is irrational, undefined
  /// or beyond the bounds of [Rational].
  static Optional<Rational> value(Expression e) {
    return value(e, Map.of());
  }

  /// Returns the value where variables have these values.
  static Optional<Rational> value(Expression e, Map<String, Rational> variables) {
    try {
      return evaluate(e, variables);
    } catch (ArithmeticException undefinedOrTooLong) {
      return Optional.empty();
    }
  }

  private static Optional<Rational> evaluate(Expression e, Map<String, Rational> variables) {
    return switch (e) {
      case Literal(Rational value, _) -> Optional.of(value);
      case Symbol(String name) -> Optional.ofNullable(variables.get(name));
      case Sum(var terms) -> {
        Rational total = Rational.ZERO;
        for (Expression term : terms) {
          Optional<Rational> value = evaluate(term, variables);
          if (value.isEmpty()) {
            yield Optional.empty();
          }
          total = total.plus(value.get());
        }
        yield Optional.of(total);
      }
      case Product(var factors) -> {
        Rational total = Rational.ONE;
        for (Expression factor : factors) {
          Optional<Rational> value = evaluate(factor, variables);
          if (value.isEmpty()) {
            yield Optional.empty();
          }
          total = total.times(value.get());
        }
        yield Optional.of(total);
      }
      case Power(var base, var exponent) ->
          evaluate(base, variables)
              .flatMap(b -> evaluate(exponent, variables).flatMap(x -> power(b, x)));
      case Call call -> call(call, variables);
      case Matrix _ -> Optional.empty();
    };
  }

  private static Optional<Rational> power(Rational base, Rational exponent) {
    if (exponent.denominator().bitLength() > 10 || exponent.numerator().bitLength() > 31) {
      return Optional.empty();
    }
    int degree = exponent.denominator().intValueExact();
    if (degree > LARGEST_DEGREE) {
      return Optional.empty();
    }
    int power = exponent.numerator().intValueExact();
    if (degree == 1) {
      return Optional.of(base.power(power));
    }
    boolean negative = base.signum() < 0 && degree % 2 == 1; // the real root, as pupils have it
    Optional<Rational> root = (negative ? base.negate() : base).root(degree);
    return root.map(r -> (negative ? r.negate() : r).power(power));
  }

  private static Optional<Rational> call(Call call, Map<String, Rational> variables) {
    if (call.function().startsWith("\\")) {
      return Optional.empty();
    }
    List<Optional<Rational>> values =
        call.arguments().stream().map(a -> evaluate(a, variables)).toList();
    if (values.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    List<Rational> v = values.stream().map(Optional::orElseThrow).toList();
    Rational first = v.getFirst();
    return switch (call.function()) {
      case "abs" -> Optional.of(first.abs());
      case "floor" -> Optional.of(floor(first));
      case "ceil" -> Optional.of(floor(first.negate()).negate());
      case "factorial" -> factorial(first);
      case "binomial" -> binomial(first, v.getLast());
      case "max" -> v.stream().max(Rational::compareTo);
      case "min" -> v.stream().min(Rational::compareTo);
      case "gcd" -> whole(v, (a, b) -> a.gcd(b));
      case "lcm" -> whole(v, (a, b) -> a.multiply(b).divide(a.gcd(b)));
      default -> Optional.empty();
    };
  }

  private static Optional<Rational> whole(
      List<Rational> values, BinaryOperator<BigInteger> operator) {
    boolean all = values.stream().allMatch(x -> x.isInteger() && x.signum() > 0);
    return all
        ? values.stream().map(Rational::numerator).reduce(operator).map(Rational::of)
        : Optional.empty();
  }

  private static Rational floor(Rational x) {
    BigInteger[] parts = x.numerator().divideAndRemainder(x.denominator());
    return Rational.of(parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0]);
  }

  private static Optional<Rational> factorial(Rational n) {
    if (!n.isInteger() || n.signum() < 0 || n.compareTo(Rational.of(LARGEST_FACTORIAL)) > 0) {
      return Optional.empty();
    }
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= n.numerator().intValueExact(); i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return Optional.of(Rational.of(product));
  }

  private static Optional<Rational> binomial(Rational n, Rational k) {
    Rational limit = Rational.of(LARGEST_FACTORIAL);
    if (!k.isInteger()
        || k.signum() < 0
        || k.compareTo(limit) > 0
        || n.abs().compareTo(limit) > 0) {
      return Optional.empty();
    }
    Rational product = Rational.ONE;
    for (int i = 0; i < k.numerator().intValueExact(); i++) {
      product = product.times(n.minus(Rational.of(i))).times(Rational.of(i + 1L).reciprocal());
    }
    return Optional.of(product);
  }
}
