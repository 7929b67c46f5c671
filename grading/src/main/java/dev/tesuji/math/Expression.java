package dev.tesuji.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// A mathematical expression. Differences are sums with a factor -1, quotients products with a
/// power -1, roots powers with a fraction.
sealed interface Expression {
  /// A number as it was written.
  ///
  /// @param value its exact value
  /// @param decimal whether it was written with a decimal point, and so may be rounded
  record Literal(Rational value, boolean decimal) implements Expression {}

  /// A constant or variable, with its subscript.
  record Symbol(String name) implements Expression {}

  /// A sum of two terms or more.
  record Sum(List<Expression> terms) implements Expression {}

  /// A product of two factors or more.
  record Product(List<Expression> factors) implements Expression {}

  /// A power.
  record Power(Expression base, Expression exponent) implements Expression {}

  /// A function's value. `sum`, `product`, `integral` have the arguments body, variable, from, to;
  /// `limit` has body, variable, point.
  record Call(String function, List<Expression> arguments) implements Expression {}

  /// A matrix by rows, all of one length.
  record Matrix(List<List<Expression>> rows) implements Expression {}

  static Literal number(long value) {
    return new Literal(Rational.of(value), false);
  }

  static Expression negate(Expression e) {
    return e instanceof Literal(Rational value, boolean decimal)
        ? new Literal(value.negate(), decimal)
        : new Product(List.of(number(-1), e));
  }

  static Expression minus(Expression a, Expression b) {
    return new Sum(List.of(a, negate(b)));
  }

  static Expression quotient(Expression a, Expression b) {
    return new Product(List.of(a, new Power(b, number(-1))));
  }

  static Expression root(Expression radicand, Expression degree) {
    return new Power(radicand, new Power(degree, number(-1)));
  }

  static Expression call(String function, Expression... arguments) {
    return new Call(function, List.of(arguments));
  }

  /// Returns the parts of an expression.
  default List<Expression> parts() {
    return switch (this) {
      case Literal _, Symbol _ -> List.of();
      case Sum(var terms) -> terms;
      case Product(var factors) -> factors;
      case Power(var base, var exponent) -> List.of(base, exponent);
      case Call(_, var arguments) -> arguments;
      case Matrix(var rows) -> rows.stream().flatMap(List::stream).toList();
    };
  }

  /// Returns the same expression with other parts.
  default Expression with(Function<Expression, Expression> change) {
    return switch (this) {
      case Literal _, Symbol _ -> this;
      case Sum(var terms) -> new Sum(terms.stream().map(change).toList());
      case Product(var factors) -> new Product(factors.stream().map(change).toList());
      case Power(var base, var exponent) -> new Power(change.apply(base), change.apply(exponent));
      case Call(var function, var arguments) ->
          new Call(function, arguments.stream().map(change).toList());
      case Matrix(var rows) ->
          new Matrix(rows.stream().map(r -> r.stream().map(change).toList()).toList());
    };
  }

  /// Puts an expression in the place of a symbol.
  default Expression replace(Symbol symbol, Expression by) {
    return equals(symbol) ? by : with(part -> part.replace(symbol, by));
  }

  /// Returns whether this is, or contains, such an expression.
  default boolean has(Predicate<Expression> wanted) {
    return wanted.test(this) || parts().stream().anyMatch(p -> p.has(wanted));
  }

  /// Returns whether a decimal, which may be rounded, is part of it.
  default boolean isRounded() {
    return has(e -> e instanceof Literal n && n.decimal());
  }

  /// Returns whether it has no variables.
  default boolean isConstant() {
    return !has(e -> e instanceof Symbol s && !Constants.NAMES.contains(s.name()));
  }

  /// Returns the names of the variables in it, in no order.
  default Set<String> variables() {
    Set<String> names = new TreeSet<>();
    has(e -> {
      if (e instanceof Symbol(String name) && !Constants.NAMES.contains(name)) {
        names.add(name);
      }
      return false;
    });
    return names;
  }

  /// Writes the expression so that two which differ only in the order of terms and factors are
  /// written alike.
  default String key() {
    return switch (this) {
      case Literal(var value, _) -> value.toString();
      case Symbol(var name) -> name;
      case Sum _ -> sorted("+", flat(this));
      case Product _ -> sorted("*", flat(this));
      case Power(var base, var exponent) -> "(" + base.key() + "^" + exponent.key() + ")";
      case Call(var function, var arguments) ->
          function + "(" + String.join(",", arguments.stream().map(Expression::key).toList()) + ")";
      case Matrix(var rows) ->
          rows.stream().map(r -> r.stream().map(Expression::key).toList()).toList().toString();
    };
  }

  private static String sorted(String operator, List<Expression> parts) {
    return "(" + String.join(operator, parts.stream().map(Expression::key).sorted().toList()) + ")";
  }

  /// Returns the terms of nested sums, or the factors of nested products, in one list.
  private static List<Expression> flat(Expression whole) {
    List<Expression> parts = new ArrayList<>();
    for (Expression part : whole.parts()) {
      if (part.getClass() == whole.getClass()) {
        parts.addAll(flat(part));
      } else {
        parts.add(part);
      }
    }
    return parts;
  }
}
