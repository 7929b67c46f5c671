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
import java.util.stream.Collectors;

/// Writes questions in the syntax of computer algebra, with names of our own for variables and
/// functions: nothing of an answer's text reaches the system. Expressions that would grow too large
/// there are refused.
final class AlgebraSyntax {
  private static final int LONGEST = 2_000; // characters
  private static final double LARGEST_EXPONENT = 1_000;
  private static final double LARGEST_ARGUMENT = 1_000; // of factorials and binomials

  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("tan", "Tan"),
          Map.entry("cot", "Cot"),
          Map.entry("sec", "Sec"),
          Map.entry("csc", "Csc"),
          Map.entry("arcsin", "ArcSin"),
          Map.entry("arccos", "ArcCos"),
          Map.entry("arctan", "ArcTan"),
          Map.entry("sinh", "Sinh"),
          Map.entry("cosh", "Cosh"),
          Map.entry("tanh", "Tanh"),
          Map.entry("ln", "Log"),
          Map.entry("abs", "Abs"),
          Map.entry("floor", "Floor"),
          Map.entry("ceil", "Ceiling"),
          Map.entry("factorial", "Factorial"),
          Map.entry("binomial", "Binomial"),
          Map.entry("max", "Max"),
          Map.entry("min", "Min"),
          Map.entry("gcd", "GCD"),
          Map.entry("lcm", "LCM"));

  private final Map<String, String> names = new HashMap<>();

  private AlgebraSyntax() {}

  /// Writes the question whether an expression is zero; empty where it is refused.
  static Optional<String> isZero(Expression e) {
    if (e.has(AlgebraSyntax::isUnsuited)) {
      return Optional.empty();
    }
    String text = new AlgebraSyntax().text(e);
    boolean plain = e.isConstant() && !e.has(Identity::isCalculus);
    return text.length() > LONGEST
        ? Optional.empty()
        : Optional.of("PossibleZeroQ(" + (plain ? text : "Simplify(" + text + ")") + ")");
  }

  /// Returns whether an expression would grow too large, or means something else to the system: an
  /// odd root of a negative number is complex there.
  private static boolean isUnsuited(Expression e) {
    return switch (e) {
      case Matrix _ -> true;
      case Power(var base, var exponent) when exponent.isConstant() ->
          !(size(exponent) <= LARGEST_EXPONENT)
              || (base.isConstant()
                  && Numeric.value(base, Map.of()).re() < 0
                  && !Exact.value(exponent).map(Rational::isInteger).orElse(false));
      case Call call
          when call.function().equals("factorial") || call.function().equals("binomial") ->
          call.arguments().stream().anyMatch(a -> a.isConstant() && !(size(a) <= LARGEST_ARGUMENT));
      default -> false;
    };
  }

  private static double size(Expression e) {
    return Numeric.value(e, Map.of()).abs();
  }

  private String text(Expression e) {
    return switch (e) {
      case Literal(Rational value, _) -> "(" + value + ")";
      case Symbol(String name) -> symbol(name);
      case Sum(var terms) -> joined(terms, "+");
      case Product(var factors) -> joined(factors, "*");
      case Power(var base, var exponent) -> "(" + text(base) + ")^(" + text(exponent) + ")";
      case Call call -> call(call);
      case Matrix _ -> throw new IllegalStateException("matrices are compared by their entries");
    };
  }

  private String joined(List<Expression> parts, String operator) {
    return parts.stream().map(this::text).collect(Collectors.joining(operator, "(", ")"));
  }

  private String symbol(String name) {
    return switch (name) {
      case "pi" -> "Pi";
      case "e" -> "E";
      case "i" -> "I";
      case "infinity" -> "Infinity";
      case "°" -> "(Pi/180)";
      case "%" -> "(1/100)";
      default -> named("v", name);
    };
  }

  private String named(String letter, String name) {
    return names.computeIfAbsent(letter + name, _ -> letter + "ar" + names.size());
  }

  private String call(Call call) {
    List<String> a = call.arguments().stream().map(this::text).toList();
    return switch (call.function()) {
      case "sum" -> "Sum(" + range(a) + ")";
      case "product" -> "Product(" + range(a) + ")";
      case "integral" -> "Integrate(" + range(a) + ")";
      case "limit" -> "Limit(" + a.get(0) + "," + a.get(1) + "->" + a.get(2) + ")";
      default -> {
        String known = FUNCTIONS.get(call.function());
        String function = known == null ? named("f", call.function()) : known;
        yield function + "(" + String.join(",", a) + ")";
      }
    };
  }

  private static String range(List<String> a) {
    return a.get(0) + ",{" + a.get(1) + "," + a.get(2) + "," + a.get(3) + "}";
  }
}
