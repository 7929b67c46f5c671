package dev.tesuji.jinja;

import dev.tesuji.jinja.Expression.Attribute;
import dev.tesuji.jinja.Expression.Comparison;
import dev.tesuji.jinja.Expression.Constant;
import dev.tesuji.jinja.Expression.Filter;
import dev.tesuji.jinja.Expression.Item;
import dev.tesuji.jinja.Expression.Name;
import dev.tesuji.jinja.Expression.Passed;
import dev.tesuji.jinja.Expression.Slice;
import dev.tesuji.jinja.Expression.TupleOf;
import dev.tesuji.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads expressions with jinja2's grammar, whose precedence differs from Python's in places: `~`
/// binds closer than `+`, filters bind closer than any operator, and a minus sign closer than a
/// filter.
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> AFTER_A_TEST = Set.of("else", "or", "and", "is");

  private final TokenStream in;

  ExpressionParser(TokenStream in) {
    this.in = in;
  }

  /// Reads an expression, or several with commas between them, which make a tuple.
  Expression tuple() {
    return tuple(true);
  }

  private Expression tuple(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!in.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (in.skipOperator(",") && !endsTuple()) {
      items.add(conditional ? expression() : or());
    }
    return new TupleOf(items);
  }

  private boolean endsTuple() {
    Token t = in.peek();
    return t.kind() == Kind.BLOCK_END
        || t.kind() == Kind.PRINT_END
        || t.isOperator(")")
        || t.isName("if")
        || t.isName("recursive");
  }

  /// Reads what a loop walks: the word `if` after it begins the loop's condition.
  Expression iterated() {
    return tuple(false);
  }

  /// Reads an expression.
  Expression expression() {
    in.enter();
    Expression value = or();
    while (in.skipName("if")) {
      Expression test = or();
      value = new Expression.Conditional(test, value, in.skipName("else") ? expression() : null);
    }
    in.leave();
    return value;
  }

  private Expression or() {
    Expression left = and();
    while (in.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (in.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!in.skipName("not")) {
      return compare();
    }
    in.enter();
    Expression of = not();
    in.leave();
    return new Expression.Not(of);
  }

  private Expression compare() {
    int line = in.line();
    Expression first = sum();
    List<Comparison> rest = new ArrayList<>();
    while (true) {
      Token t = in.peek();
      if (t.kind() == Kind.OPERATOR && COMPARISONS.contains(t.text())) {
        in.next();
        rest.add(new Comparison(t.text(), sum()));
      } else if (in.skipName("in")) {
        rest.add(new Comparison("in", sum()));
      } else if (t.isName("not") && in.after().isName("in")) {
        in.next();
        in.next();
        rest.add(new Comparison("not in", sum()));
      } else {
        return rest.isEmpty() ? first : new Expression.Compare(first, rest, line);
      }
    }
  }

  private Expression sum() {
    Expression left = concat();
    while (in.peek().isOperator("+") || in.peek().isOperator("-")) {
      Token operator = in.next();
      left = new Expression.Binary(operator.text(), left, concat(), operator.line());
    }
    return left;
  }

  private Expression concat() {
    int line = in.line();
    Expression first = product();
    if (!in.peek().isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (in.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concat(parts, line);
  }

  private Expression product() {
    Expression left = power();
    while (in.peek().isOperator("*")
        || in.peek().isOperator("/")
        || in.peek().isOperator("//")
        || in.peek().isOperator("%")) {
      Token operator = in.next();
      left = new Expression.Binary(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (in.peek().isOperator("**")) {
      Token operator = in.next();
      left = new Expression.Binary("**", left, unary(true), operator.line());
    }
    return left;
  }

  private Expression unary(boolean filtered) {
    Token sign = in.peek();
    Expression value;
    if (sign.isOperator("-") || sign.isOperator("+")) {
      in.next();
      in.enter();
      value = new Expression.Sign(sign.isOperator("-"), unary(false), sign.line());
      in.leave();
    } else {
      value = primary();
    }
    value = postfix(value);
    return filtered ? filters(value) : value;
  }

  private Expression primary() {
    Token token = in.next();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Constant(Value.TRUE);
            case "false", "False" -> new Constant(Value.FALSE);
            case "none", "None" -> new Constant(Value.None.NONE);
            default -> new Name(token.text());
          };
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (in.peek().kind() == Kind.STRING) {
          text.append(in.next().text());
        }
        yield new Constant(new Value.Text(text.toString()));
      }
      case INTEGER -> new Constant(Literals.integer(token));
      case FLOAT -> new Constant(Literals.real(token));
      case OPERATOR -> bracketed(token);
      case DATA, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END ->
          throw new Trouble(token.line(), "expected an expression, got " + token.describe());
    };
  }

  private Expression bracketed(Token open) {
    return switch (open.text()) {
      case "(" -> {
        if (in.skipOperator(")")) {
          yield new TupleOf(List.of());
        }
        Expression inside = tuple();
        in.expectOperator(")");
        yield inside;
      }
      case "[" -> {
        List<Expression> items = new ArrayList<>();
        while (!in.skipOperator("]")) {
          items.add(expression());
          if (!in.peek().isOperator("]")) {
            in.expectOperator(",");
          }
        }
        yield new Expression.ListOf(items);
      }
      case "{" -> {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!in.skipOperator("}")) {
          keys.add(expression());
          in.expectOperator(":");
          values.add(expression());
          if (!in.peek().isOperator("}")) {
            in.expectOperator(",");
          }
        }
        yield new Expression.DictOf(keys, values, open.line());
      }
      default -> throw new Trouble(open.line(), "expected an expression, got " + open.describe());
    };
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Token t = in.peek();
      if (t.isOperator(".")) {
        in.next();
        Token name = in.next();
        value =
            switch (name.kind()) {
              case NAME -> new Attribute(value, name.text(), t.line());
              case INTEGER -> new Item(value, new Constant(Literals.integer(name)), t.line());
              default ->
                  throw new Trouble(
                      name.line(), "expected a name after '.', got " + name.describe());
            };
      } else if (t.isOperator("[")) {
        value = subscript(value);
      } else if (t.isOperator("(")) {
        value = new Expression.Call(value, passed(), t.line());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    int line = in.next().line();
    Expression from = in.peek().isOperator(":") ? null : expression();
    if (from != null && in.peek().isOperator(",")) {
      List<Expression> items = new ArrayList<>(List.of(from));
      while (in.skipOperator(",")) {
        items.add(expression());
      }
      in.expectOperator("]");
      return new Item(of, new TupleOf(items), line);
    }
    if (from != null && in.skipOperator("]")) {
      return new Item(of, from, line);
    }
    in.expectOperator(":");
    Expression to = endsPart() ? null : expression();
    Expression step = in.skipOperator(":") && !endsPart() ? expression() : null;
    in.expectOperator("]");
    return new Slice(of, from, to, step, line);
  }

  private boolean endsPart() {
    return in.peek().isOperator(":") || in.peek().isOperator("]");
  }

  /// Reads filters, tests and calls that follow a value.
  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Token t = in.peek();
      if (t.isOperator("|")) {
        in.next();
        value = filter(value);
      } else if (t.isName("is")) {
        value = test(value);
      } else if (t.isOperator("(")) {
        value = new Expression.Call(value, passed(), t.line());
      } else {
        return value;
      }
    }
  }

  /// Reads a filter's name and arguments, and the filters after it.
  Expression filterChain(Expression of) {
    Expression value = filter(of);
    while (in.skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  private Expression filter(Expression of) {
    Token name = in.peek();
    String whole = dotted("a filter's name after '|'");
    Passed passed = in.peek().isOperator("(") ? passed() : Passed.NOTHING;
    return new Filter(of, whole, passed, name.line());
  }

  private String dotted(String what) {
    StringBuilder name = new StringBuilder(in.expect(Kind.NAME, what).text());
    while (in.skipOperator(".")) {
      name.append('.').append(in.expect(Kind.NAME, what).text());
    }
    return name.toString();
  }

  private Expression test(Expression of) {
    int line = in.next().line();
    boolean negated = in.skipName("not");
    String name = dotted("a test's name after 'is'");
    Token t = in.peek();
    Passed passed = Passed.NOTHING;
    if (t.isOperator("(")) {
      passed = passed();
    } else if (beginsArgument(t)) {
      in.enter();
      passed = Passed.only(postfix(primary()));
      in.leave();
    }
    Expression test = new Expression.Test(of, name, passed, line);
    return negated ? new Expression.Not(test) : test;
  }

  /// A test's single argument needs no parentheses.
  private static boolean beginsArgument(Token t) {
    return switch (t.kind()) {
      case NAME -> !AFTER_A_TEST.contains(t.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> t.text().equals("[") || t.text().equals("{");
      case DATA, BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, END -> false;
    };
  }

  /// Reads what is passed in a call, from its opening parenthesis on.
  Passed passed() {
    in.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    @Nullable Expression more = null;
    @Nullable Expression moreNamed = null;
    while (!in.skipOperator(")")) {
      if (in.skipOperator("*")) {
        more = expression();
      } else if (in.skipOperator("**")) {
        moreNamed = expression();
      } else if (in.peek().kind() == Kind.NAME && in.after().isOperator("=")) {
        String name = in.next().text();
        in.next();
        named.put(name, expression());
      } else if (named.isEmpty() && moreNamed == null) {
        positional.add(expression());
      } else {
        throw new Trouble(in.line(), "an argument without a name follows one with a name");
      }
      if (!in.peek().isOperator(")")) {
        in.expectOperator(",");
      }
    }
    return new Passed(positional, named, more, moreNamed);
  }
}
