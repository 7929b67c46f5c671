package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Matrix;
import dev.tesuji.math.Expression.Power;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Expression.Symbol;
import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the operands of an expression: numbers, names, groups, functions, sums over a range,
/// matrices.
final class OperandParser {
  private static final Set<String> FUNCTION_LETTERS = Set.of("f", "g", "h", "F", "G", "H");
  private static final Set<String> SEVERAL = Set.of("max", "min", "gcd", "lcm");

  private final ExpressionParser parser;

  OperandParser(ExpressionParser parser) {
    this.parser = parser;
  }

  Expression read() throws Unreadable {
    if (!parser.startsOperand()) {
      throw new Unreadable("an operand is missing");
    }
    return switch (parser.current().kind()) {
      case NUMBER -> number();
      case NAME -> name();
      case FUNCTION -> function();
      case COMMAND -> command();
      case BEGIN -> environment();
      case SIGN ->
          switch (parser.sign()) {
            case "{" -> parser.group();
            case "|" -> parser.bars();
            case "lfloor" -> enclosed("floor", "rfloor");
            case "lceil" -> enclosed("ceil", "rceil");
            default -> bracketed();
          };
      case WORD, END, CURRENCY -> throw new Unreadable("an operand is missing");
    };
  }

  private Expression number() throws Unreadable {
    Token number = parser.take();
    if (parser.sign().equals("_")) { // in a base: 204_5
      parser.take();
      return new Symbol(number.text() + subscript());
    }
    return ExpressionParser.number(number);
  }

  private Expression name() throws Unreadable {
    String name = parser.take().text();
    if (name.equals("infinity") || name.equals("pi")) {
      return new Symbol(name);
    }
    StringBuilder full = new StringBuilder(name);
    while (parser.sign().equals("_") || parser.sign().equals("'")) {
      full.append(parser.take().is("'") ? "'" : subscript());
    }
    if (FUNCTION_LETTERS.contains(name) && parser.sign().equals("(")) {
      return new Call("\\" + full, arguments());
    }
    return new Symbol(full.toString());
  }

  /// Reads a subscript and returns how it is written, braces aside.
  private String subscript() throws Unreadable {
    StringBuilder text = new StringBuilder("_");
    if (!parser.sign().equals("{")) {
      return text.append(parser.take().text()).toString();
    }
    int level = 0;
    do {
      Token t = parser.take();
      level += t.is("{") ? 1 : t.is("}") ? -1 : 0;
      text.append(t.is("{") || t.is("}") ? "" : t.text());
    } while (level > 0);
    return text.toString();
  }

  private Expression enclosed(String function, String end) throws Unreadable {
    parser.take();
    Expression e = parser.sum();
    parser.expect(end);
    return Expression.call(function, e);
  }

  private Expression bracketed() throws Unreadable {
    String end = parser.take().is("(") ? ")" : "]";
    Expression e = parser.sum();
    parser.expect(end);
    return e;
  }

  private List<Expression> arguments() throws Unreadable {
    List<Expression> all = new ArrayList<>();
    parser.expect("(");
    all.add(parser.sum());
    while (parser.sign().equals(",")) {
      parser.take();
      all.add(parser.sum());
    }
    parser.expect(")");
    return all;
  }

  /// Reads a function with its argument: `\sin x`, `\sin^2(x)`, `\log_2 8`.
  private Expression function() throws Unreadable {
    String function = parser.take().text();
    Expression base = null;
    Expression power = null;
    for (String s = parser.sign(); s.equals("_") || s.equals("^"); s = parser.sign()) {
      parser.take();
      Expression script = s.equals("_") ? parser.argument() : parser.exponent();
      base = s.equals("_") ? script : base;
      power = s.equals("^") ? script : power;
    }
    boolean inverse = power != null && power.equals(Expression.number(-1));
    if (inverse && Set.of("sin", "cos", "tan").contains(function)) {
      function = "arc" + function;
      power = null;
    }
    Expression value;
    if (SEVERAL.contains(function) && parser.sign().equals("(")) {
      value = parser.call(function, arguments());
    } else {
      value = apply(function, base, operand());
    }
    return power == null ? value : new Power(value, power);
  }

  private static Expression apply(String function, @Nullable Expression base, Expression argument) {
    Expression log = Expression.call("ln", argument);
    return switch (function) {
      case "ln", "log" ->
          base == null ? log : Expression.quotient(log, Expression.call("ln", base));
      case "lg" -> Expression.quotient(log, Expression.call("ln", Expression.number(10)));
      case "exp" -> new Power(new Symbol("e"), argument);
      default -> Expression.call(function, argument);
    };
  }

  /// Reads a function's argument without brackets: the factors up to a sign or another function.
  private Expression operand() throws Unreadable {
    if (Set.of("(", "[", "{", "|").contains(parser.sign())) {
      return read();
    }
    List<Expression> factors = new ArrayList<>();
    if (parser.sign().equals("-")) {
      parser.take();
      factors.add(Expression.number(-1));
    }
    factors.add(parser.factor());
    while (parser.startsOperand()
        && !parser.current().is(Kind.FUNCTION)
        && !Set.of("(", "[").contains(parser.sign())) {
      factors.add(parser.factor());
    }
    return factors.size() == 1 ? factors.getFirst() : new Product(List.copyOf(factors));
  }

  private Expression command() throws Unreadable {
    return switch (parser.take().text()) {
      case "frac" -> {
        Expression above = parser.argument();
        yield Expression.quotient(above, parser.argument());
      }
      case "binom" -> {
        Expression n = parser.argument();
        yield Expression.call("binomial", n, parser.argument());
      }
      case "sqrt" -> squareRoot();
      case "sum" -> range("sum");
      case "prod" -> range("product");
      case "int" -> integral();
      case "lim" -> limit();
      default -> throw new Unreadable("a command out of place");
    };
  }

  private Expression squareRoot() throws Unreadable {
    Expression degree = Expression.number(2);
    if (parser.sign().equals("[")) {
      parser.take();
      degree = parser.sum();
      parser.expect("]");
    }
    Expression radicand = parser.sign().equals("{") ? parser.group() : read();
    return Expression.root(radicand, degree);
  }

  /// Reads `\sum_{k=1}^{n} body`; the variable is renamed, lest `i` be imaginary.
  private Expression range(String function) throws Unreadable {
    parser.expect("_");
    parser.expect("{");
    Symbol variable = new Symbol(parser.take().text());
    parser.expect("=");
    Expression from = parser.sum();
    parser.expect("}");
    parser.expect("^");
    Expression to = parser.exponent();
    Symbol bound = new Symbol(variable.name() + "#");
    return parser.call(function, List.of(parser.term().replace(variable, bound), bound, from, to));
  }

  private Expression integral() throws Unreadable {
    Expression from = null;
    Expression to = null;
    for (String s = parser.sign(); s.equals("_") || s.equals("^"); s = parser.sign()) {
      parser.take();
      Expression limit = s.equals("_") ? parser.argument() : parser.exponent();
      from = s.equals("_") ? limit : from;
      to = s.equals("^") ? limit : to;
    }
    int end = parser.differential();
    if (end < 0 || from == null || to == null) {
      throw new Unreadable("an integral without its limits or its variable");
    }
    Symbol variable = parser.symbol(end + 1);
    Expression body = parser.upTo(end, 2);
    Symbol bound = new Symbol(variable.name() + "#");
    return parser.call("integral", List.of(body.replace(variable, bound), bound, from, to));
  }

  private Expression limit() throws Unreadable {
    parser.expect("_");
    parser.expect("{");
    Symbol variable = new Symbol(parser.take().text());
    parser.expect("to");
    Expression point = parser.sum();
    parser.expect("}");
    Symbol bound = new Symbol(variable.name() + "#");
    return parser.call("limit", List.of(parser.term().replace(variable, bound), bound, point));
  }

  /// Reads a matrix, or the determinant that bars around one mean.
  private Expression environment() throws Unreadable {
    String name = parser.take().text();
    if (!name.endsWith("matrix") && !name.equals("array")) {
      throw new Unreadable("the environment '" + name + "'");
    }
    List<List<Expression>> rows = new ArrayList<>();
    List<Expression> row = new ArrayList<>();
    while (!parser.atEnd() && !parser.current().is(Kind.END)) {
      row.add(parser.sum());
      if (parser.sign().equals("&")) {
        parser.take();
      } else if (parser.sign().equals("\\\\")) {
        parser.take();
        rows.add(List.copyOf(row));
        row.clear();
      } else if (parser.atEnd() || !parser.current().is(Kind.END)) {
        throw new Unreadable("a matrix that does not end");
      }
    }
    if (!row.isEmpty()) {
      rows.add(List.copyOf(row));
    }
    boolean ended = !parser.atEnd() && parser.take().text().equals(name);
    if (!ended
        || rows.isEmpty()
        || rows.stream().anyMatch(r -> r.size() != rows.getFirst().size())) {
      throw new Unreadable("a matrix whose rows differ or do not end");
    }
    Matrix matrix = new Matrix(List.copyOf(rows));
    return name.startsWith("v") ? Matrices.determinant(matrix) : matrix;
  }
}
