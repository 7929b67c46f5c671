package dev.tesuji.math;

import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads a value with its unit, or words.
final class Values {
  private static final int LONGEST_UNIT = 6; // tokens

  /// Words that make of a number something else.
  private static final Set<String> OTHERWISE =
      Set.of(
          "not",
          "no",
          "any",
          "other",
          "more",
          "less",
          "than",
          "if",
          "except",
          "unless",
          "wrong",
          "plus",
          "minus",
          "times",
          "every",
          "all",
          "none",
          "true",
          "false",
          "correct",
          "incorrect");

  private Values() {}

  /// Reads an expression whose unit, if any, is dropped.
  ///
  /// @throws Unreadable when it is prose
  static Expression expression(List<Token> tokens) throws Unreadable {
    if (read(tokens) instanceof Value value) {
      return value.expression();
    }
    throw new Unreadable("words where an expression is wanted");
  }

  /// Reads a value or words.
  ///
  /// @throws Unreadable when it is neither
  static Answer read(List<Token> tokens) throws Unreadable {
    int start = 0;
    while (start < tokens.size() - 1 && isLeadIn(tokens.get(start))) {
      start++;
    }
    if (start > 0 && tokens.get(start).is(":")) {
      start++;
    }
    int end = start;
    while (end < tokens.size() && !tokens.get(end).is(Kind.WORD)) {
      end++;
    }
    List<Token> unit = tokens.subList(end, tokens.size());
    if (end == start || !isUnit(unit)) {
      return AnswerReader.words(tokens);
    }
    Expression e = ExpressionParser.read(tokens.subList(start, end));
    List<String> words =
        new ArrayList<>(unit.stream().filter(t -> t.is(Kind.WORD)).map(Token::text).toList());
    Long multiple = words.isEmpty() ? null : Vocabulary.MULTIPLES.get(words.getFirst());
    if (multiple != null) {
      words.removeFirst();
      e = new Product(List.of(e, Expression.number(multiple)));
    }
    return value(Matrices.fold(e), words, tokens);
  }

  /// Makes a value; degrees and percent signs of the whole of it are its unit.
  private static Value value(Expression e, List<String> words, List<Token> tokens) {
    String text = tokens.stream().map(Token::text).collect(Collectors.joining());
    if (e instanceof Product(var factors)
        && (factors.getLast().equals(Constants.DEGREE)
            || factors.getLast().equals(Constants.PERCENT))) {
      List<Expression> rest = factors.subList(0, factors.size() - 1);
      String unit = factors.getLast().equals(Constants.DEGREE) ? "deg" : "percent";
      return new Value(rest.size() == 1 ? rest.getFirst() : new Product(rest), unit, text);
    }
    if (e instanceof Product(var factors)
        && factors.size() == 2
        && factors.getFirst().equals(Expression.number(-1))) {
      Value positive = value(factors.getLast(), words, tokens);
      return new Value(Expression.negate(positive.expression()), positive.unit(), text);
    }
    return new Value(e, String.join(" ", words), text);
  }

  private static boolean isLeadIn(Token t) {
    return t.is(Kind.WORD) && Vocabulary.LEAD_INS.contains(t.text().toLowerCase(Locale.ROOT));
  }

  private static boolean isUnit(List<Token> tokens) {
    return tokens.size() <= LONGEST_UNIT
        && tokens.stream()
            .allMatch(t ->
                switch (t.kind()) {
                  case WORD -> !OTHERWISE.contains(t.text().toLowerCase(Locale.ROOT));
                  case NUMBER -> t.text().length() == 1;
                  case NAME -> Vocabulary.UNITS.containsKey(t.text());
                  case SIGN -> Set.of("^", "/", "*", "{", "}", "-", "%").contains(t.text());
                  default -> false;
                });
  }

  /// Says whether two units cannot be the same: both are known and differ.
  static boolean differ(String unit, String other) {
    String a = Vocabulary.UNITS.get(unit.split(" ", -1)[0]);
    String b = Vocabulary.UNITS.get(other.split(" ", -1)[0]);
    return a != null && b != null && !a.equals(b);
  }
}
