package dev.tesuji.math;

import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a value with its unit, or words.
final class Values {
  private Values() {}

  /// Reads an expression whose unit, if any, is dropped.
  ///
  /// @throws Unreadable when it is prose
  static Expression expression(List<Token> tokens) throws Unreadable {
    if (read(tokens) instanceof Value value) {
      return value.unit().isPercent()
          ? new Product(List.of(value.expression(), Constants.PERCENT))
          : value.expression();
    }
    throw new Unreadable("words where an expression is wanted");
  }

  /// Takes off words before an answer that say nothing about it, and the colon after them.
  static List<Token> withoutLeadIn(List<Token> tokens) {
    int start = 0;
    while (start < tokens.size() - 1 && isLeadIn(tokens.get(start))) {
      start++;
    }
    return start > 0 && start < tokens.size() - 1 && tokens.get(start).is(":")
        ? tokens.subList(start + 1, tokens.size())
        : tokens.subList(start, tokens.size());
  }

  private static boolean isLeadIn(Token t) {
    return t.is(Kind.WORD) && Vocabulary.LEAD_INS.contains(t.text().toLowerCase(Locale.ROOT));
  }

  /// Reads a value or words.
  ///
  /// @throws Unreadable when it is neither
  static Answer read(List<Token> all) throws Unreadable {
    List<Token> tokens = withoutLeadIn(all);
    Currency money = Currency.of(tokens);
    List<Token> rest = money.rest();
    int end = unitStart(rest);
    List<Token> unit = rest.subList(end, rest.size());
    Optional<Answer> inWords = end == 0 ? inWords(rest) : Optional.empty();
    if (inWords.isPresent()) {
      return inWords.get();
    }
    if (end == 0 || (end < rest.size() && isWord(rest.subList(0, end)))) {
      return AnswerReader.words(tokens);
    }
    Long multiple = unit.isEmpty() ? null : multiple(unit.getFirst());
    List<Token> measured = multiple == null ? unit : unit.subList(1, unit.size());
    Optional<Unit> read = Units.read(measured);
    if (read.isEmpty() || (money.unit() != null && !measured.isEmpty())) {
      return AnswerReader.words(tokens);
    }
    Expression e = ExpressionParser.read(rest.subList(0, end));
    if (multiple != null) {
      e = new Product(List.of(e, Expression.number(multiple)));
    }
    Unit found = money.unit() == null ? read.get() : new Unit(money.unit(), true);
    return value(Matrices.fold(e), found, tokens);
  }

  /// Reads a number in words with its unit: `five apples`.
  private static Optional<Answer> inWords(List<Token> tokens) {
    for (int end = tokens.size(); end > 0; end--) {
      List<Token> number = tokens.subList(0, end);
      boolean words = number.stream().allMatch(t -> t.is(Kind.WORD) || t.is("-"));
      String text = number.stream().map(Token::text).collect(Collectors.joining(" "));
      Optional<Rational> value =
          words ? NumberWords.read(text.replace(" - ", "-")) : Optional.empty();
      Optional<Unit> unit = Units.read(tokens.subList(end, tokens.size()));
      if (value.isPresent() && unit.filter(Unit::known).isPresent()) {
        return Optional.of(new Value(new Expression.Literal(value.get(), false), unit.get(), text));
      }
    }
    return Optional.empty();
  }

  /// Returns where the unit begins: at the first word, or at letters that can be nothing else.
  private static int unitStart(List<Token> tokens) {
    int end = 0;
    while (end < tokens.size() && !tokens.get(end).is(Kind.WORD)) {
      end++;
    }
    if (end > 2 && tokens.get(end - 1).is("/") && isLetter(tokens.get(end - 2))) {
      end -= 2; // m / sec
    }
    return end == tokens.size() && isQuantity(tokens) ? 1 : end;
  }

  /// Returns whether this is a number and then, after a space, measures of one letter: `5 m`, `5
  /// m/s`.
  private static boolean isQuantity(List<Token> tokens) {
    return tokens.size() > 1
        && tokens.getFirst().is(Kind.NUMBER)
        && isLetter(tokens.get(1))
        && tokens.get(1).spaced()
        && Units.read(tokens.subList(1, tokens.size())).filter(Unit::known).isPresent();
  }

  /// Returns whether letters are a word of prose that is as short as a product of variables: "No".
  private static boolean isWord(List<Token> tokens) {
    return tokens.size() > 1 && tokens.stream().allMatch(t -> t.is(Kind.NAME));
  }

  private static boolean isLetter(Token t) {
    return t.is(Kind.NAME) && Units.isLetter(t.text());
  }

  private static @Nullable Long multiple(Token t) {
    return Vocabulary.MULTIPLES.get(t.text());
  }

  /// Makes a value; degrees and percent signs of the whole of it are its unit.
  private static Value value(Expression e, Unit unit, List<Token> tokens) {
    String text = tokens.stream().map(Token::text).collect(Collectors.joining());
    if (e instanceof Product(var factors)
        && (factors.getLast().equals(Constants.DEGREE)
            || factors.getLast().equals(Constants.PERCENT))) {
      List<Expression> rest = factors.subList(0, factors.size() - 1);
      Expression bare = rest.size() == 1 ? rest.getFirst() : new Product(rest);
      boolean degree = factors.getLast().equals(Constants.DEGREE);
      Unit own = degree ? Unit.DEGREE : Unit.PERCENT;
      boolean scale = unit.name().equals("celsius") || unit.name().equals("fahrenheit");
      return new Value(bare, degree && scale ? unit : joined(own, unit), text);
    }
    if (e instanceof Product(var factors)
        && factors.size() == 2
        && factors.getFirst().equals(Expression.number(-1))) {
      Value positive = value(factors.getLast(), unit, tokens);
      return new Value(Expression.negate(positive.expression()), positive.unit(), text);
    }
    return new Value(e, unit, text);
  }

  private static Unit joined(Unit own, Unit unit) {
    return unit.isNone() || unit.equals(own)
        ? own
        : new Unit(own.name() + " " + unit.name(), false);
  }

  /// The sign of a currency before or after an amount.
  ///
  /// @param unit its unit; null where there is none
  /// @param rest the other tokens
  private record Currency(@Nullable String unit, List<Token> rest) {
    static Currency of(List<Token> tokens) {
      if (tokens.stream().noneMatch(t -> t.is(Kind.CURRENCY))) {
        return new Currency(null, tokens);
      }
      List<Token> rest = new ArrayList<>();
      String unit = null;
      for (int i = 0; i < tokens.size(); i++) {
        Token t = tokens.get(i);
        if (!t.is(Kind.CURRENCY)) {
          rest.add(t);
        } else {
          unit = unit == null || unit.equals(t.text()) ? t.text() : "of several currencies";
        }
      }
      boolean nothing = rest.isEmpty();
      return new Currency(unit, nothing ? tokens : rest);
    }
  }
}
