package dev.tesuji.math;

import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Literal;
import dev.tesuji.math.Expression.Power;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Expression.Sum;
import dev.tesuji.math.Expression.Symbol;
import dev.tesuji.math.Token.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads tokens as one expression, by recursive descent of bounded depth.
///
/// A sum is of terms, a term is of factors that stand side by side or are joined by signs, a factor
/// is an operand with its powers and factorials. `2\frac{1}{2}` is a mixed number.
final class ExpressionParser {
  private static final int DEEPEST = 60;

  private final List<Token> tokens;
  private final OperandParser operands;
  private int at;
  private int depth;
  private int bars;

  ExpressionParser(List<Token> tokens) {
    this.tokens = new ArrayList<>(tokens);
    this.operands = new OperandParser(this);
  }

  /// Reads all tokens.
  ///
  /// @throws Unreadable when they are no expression
  static Expression read(List<Token> tokens) throws Unreadable {
    ExpressionParser parser = new ExpressionParser(tokens);
    Expression e = parser.sum();
    if (parser.at < parser.tokens.size()) {
      throw new Unreadable("'" + parser.tokens.get(parser.at).text() + "' out of place");
    }
    return e;
  }

  /// Reads a sum: terms joined by plus, minus and `\pm`.
  Expression sum() throws Unreadable {
    if (++depth > DEEPEST) {
      throw new Unreadable("nested deeper than " + DEEPEST);
    }
    List<Expression> terms = new ArrayList<>();
    Expression sign = takeSign();
    terms.add(signed(sign == null ? Expression.number(1) : sign, term()));
    for (sign = takeSign(); sign != null; sign = takeSign()) {
      terms.add(signed(sign, term()));
    }
    depth--;
    return terms.size() == 1 ? terms.getFirst() : new Sum(List.copyOf(terms));
  }

  private @Nullable Expression takeSign() {
    Expression sign =
        switch (sign()) {
          case "+" -> Expression.number(1);
          case "-" -> Expression.number(-1);
          case "±" -> Constants.EITHER_SIGN;
          case "∓" -> Expression.negate(Constants.EITHER_SIGN);
          default -> null;
        };
    if (sign != null) {
      at++;
    }
    return sign;
  }

  private static Expression signed(Expression sign, Expression term) {
    if (sign instanceof Literal(Rational value, _)) {
      return value.signum() > 0 ? term : Expression.negate(term);
    }
    return new Product(List.of(sign, term));
  }

  /// Reads a product.
  Expression term() throws Unreadable {
    List<Expression> factors = new ArrayList<>();
    int start = at;
    factors.add(factor());
    Optional<Expression> mixed = mixedNumber(start, factors.getFirst());
    if (mixed.isPresent()) {
      factors.set(0, withSuffixes(mixed.get()));
    }
    while (at < tokens.size()) {
      if (sign().equals("*")) {
        at++;
        factors.add(unary());
      } else if (sign().equals("/")) {
        at++;
        factors.add(new Power(unary(), Expression.number(-1)));
      } else if (startsOperand()) {
        if (current().is(Kind.NUMBER) && tokens.get(at - 1).is(Kind.NUMBER)) {
          throw new Unreadable("two numbers side by side");
        }
        factors.add(factor());
      } else {
        break;
      }
    }
    return factors.size() == 1 ? factors.getFirst() : new Product(List.copyOf(factors));
  }

  /// Reads `2\frac{1}{2}` and `2 1/2` after their whole number.
  private Optional<Expression> mixedNumber(int start, Expression first) throws Unreadable {
    if (at != start + 1 || !(first instanceof Literal n) || !n.value().isInteger() || n.decimal()) {
      return Optional.empty();
    }
    int before = at;
    Optional<Rational> fraction = Optional.empty();
    if (at < tokens.size() && current().is(Kind.COMMAND) && current().text().equals("frac")) {
      fraction = Exact.value(operands.read());
      if (sign().equals("^") && !isDegrees()) {
        fraction = Optional.empty();
      }
    } else if (at + 2 < tokens.size()
        && current().is(Kind.NUMBER)
        && current().spaced()
        && tokens.get(at + 1).is("/")
        && tokens.get(at + 2).is(Kind.NUMBER)) {
      fraction = Exact.value(Expression.quotient(number(current()), number(tokens.get(at + 2))));
      at += 3;
    }
    boolean proper =
        fraction.isPresent()
            && fraction.get().signum() > 0
            && fraction.get().compareTo(Rational.ONE) < 0;
    if (!proper) {
      at = before;
      return Optional.empty();
    }
    return Optional.of(new Literal(n.value().plus(fraction.get()), false));
  }

  private Expression unary() throws Unreadable {
    Expression sign = takeSign();
    return sign == null ? factor() : signed(sign, factor());
  }

  /// Reads an operand with what follows it: powers, factorials, degrees, percent signs.
  Expression factor() throws Unreadable {
    return withSuffixes(operands.read());
  }

  private Expression withSuffixes(Expression operand) throws Unreadable {
    Expression e = operand;
    while (at < tokens.size()) {
      switch (sign()) {
        case "^" -> {
          if (isDegrees()) {
            at += tokens.get(at + 1).is("{") ? 3 : 1; // to the brace, or the sign
            e = degrees(e);
          } else {
            at++;
            e = new Power(e, exponent());
          }
        }
        case "!" -> {
          at++;
          e = Expression.call("factorial", e);
        }
        case "°" -> e = degrees(e);
        case "%" -> {
          at++;
          e = new Product(List.of(e, Constants.PERCENT));
        }
        default -> {
          return e;
        }
      }
    }
    return e;
  }

  /// Returns whether a power here is the sign of degrees, with or without braces.
  private boolean isDegrees() {
    return (at + 1 < tokens.size() && tokens.get(at + 1).is("°"))
        || (at + 3 < tokens.size()
            && tokens.get(at + 1).is("{")
            && tokens.get(at + 2).is("°")
            && tokens.get(at + 3).is("}"));
  }

  private Expression degrees(Expression e) {
    at++;
    return new Product(List.of(e, Constants.DEGREE));
  }

  /// Reads a power: a group, or a sign and an operand.
  Expression exponent() throws Unreadable {
    Expression minus = takeSign();
    Expression e = sign().equals("{") ? group() : operands.read();
    if (sign().equals("^")) {
      at++;
      e = new Power(e, exponent());
    }
    return minus == null ? e : signed(minus, e);
  }

  /// Reads a group in braces, in which `a \over b` is a fraction.
  Expression group() throws Unreadable {
    expect("{");
    Expression e = sum();
    if (at < tokens.size() && current().is(Kind.COMMAND)) {
      String command = current().text();
      at++;
      Expression below = sum();
      e =
          switch (command) {
            case "over" -> Expression.quotient(e, below);
            case "choose" -> Expression.call("binomial", e, below);
            default -> throw new Unreadable("'\\" + command + "' out of place");
          };
    }
    expect("}");
    return e;
  }

  /// Reads a command's argument: a group, or one digit or operand.
  Expression argument() throws Unreadable {
    if (at < tokens.size() && current().is(Kind.NUMBER) && current().text().length() > 1) {
      Token number = current();
      tokens.set(at, new Token(Kind.NUMBER, number.text().substring(1), false));
      return number(new Token(Kind.NUMBER, number.text().substring(0, 1), false));
    }
    return sign().equals("{") ? group() : operands.read();
  }

  /// Reads what stands between bars.
  Expression bars() throws Unreadable {
    expect("|");
    bars++;
    Expression e = sum();
    bars--;
    expect("|");
    return Expression.call("abs", e);
  }

  /// Returns whether an operand begins here, which is then a factor.
  boolean startsOperand() {
    if (at >= tokens.size()) {
      return false;
    }
    return switch (current().kind()) {
      case NUMBER, NAME, FUNCTION, BEGIN -> true;
      case COMMAND -> !current().text().equals("over") && !current().text().equals("choose");
      case WORD, END, CURRENCY -> false;
      case SIGN ->
          switch (current().text()) {
            case "(", "[", "{", "lfloor", "lceil" -> true;
            case "|" -> bars == 0;
            default -> false;
          };
    };
  }

  /// Turns a number's token into a number.
  ///
  /// @throws Unreadable when it is too long
  static Literal number(Token token) throws Unreadable {
    try {
      String text = token.text();
      int repeat = text.indexOf('(');
      if (repeat < 0) {
        BigDecimal value = new BigDecimal(text);
        return new Literal(Rational.of(value), text.indexOf('.') >= 0 && value.scale() > 0);
      }
      String digits = text.substring(repeat + 1, text.length() - 1);
      BigDecimal head = new BigDecimal(text.substring(0, repeat));
      Rational nines = Rational.of(BigInteger.TEN.pow(digits.length()).subtract(BigInteger.ONE));
      Rational place = Rational.of(BigDecimal.ONE.scaleByPowerOfTen(-head.scale()));
      Rational tail = Rational.of(new BigInteger(digits)).times(nines.reciprocal()).times(place);
      return new Literal(Rational.of(head).plus(tail), false);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new Unreadable("number too long");
    }
  }

  /// Returns the sign at this place; empty text where there is another token or none.
  String sign() {
    return at < tokens.size() && current().is(Kind.SIGN) ? current().text() : "";
  }

  Token current() {
    return tokens.get(at);
  }

  boolean atEnd() {
    return at >= tokens.size();
  }

  Token take() throws Unreadable {
    if (atEnd()) {
      throw new Unreadable("something is missing at the end");
    }
    return tokens.get(at++);
  }

  void expect(String wanted) throws Unreadable {
    if (!sign().equals(wanted)) {
      throw new Unreadable("'" + wanted + "' is missing");
    }
    at++;
  }

  /// Cuts the tokens from here to one that follows, which is skipped, and reads them apart.
  Expression upTo(int end, int skip) throws Unreadable {
    Expression e = read(tokens.subList(at, end));
    at = end + skip;
    return e;
  }

  /// Returns where `d` and a variable stand at the end of an integrand; -1 where they do not.
  int differential() {
    int level = 0;
    for (int i = at; i + 1 < tokens.size(); i++) {
      Token t = tokens.get(i);
      level += t.is("(") || t.is("{") ? 1 : t.is(")") || t.is("}") ? -1 : 0;
      if (level == 0
          && t.is(Kind.NAME)
          && t.text().equals("d")
          && tokens.get(i + 1).is(Kind.NAME)) {
        return i;
      }
    }
    return -1;
  }

  Symbol symbol(int index) {
    return new Symbol(tokens.get(index).text());
  }

  Call call(String function, List<Expression> arguments) {
    return new Call(function, List.copyOf(arguments));
  }
}
