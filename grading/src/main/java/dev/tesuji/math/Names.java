package dev.tesuji.math;

import dev.tesuji.math.Token.Kind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tells the names of quantities, such as `x`, `f(2)`, `AB`, `|z|`, `(p, q)`, `\frac{NO}{BO}`, from
/// expressions such as `2x + z`: an equation whose left-hand side is a name gives a value.
final class Names {
  private Names() {}

  /// Returns whether tokens are a name.
  static boolean isName(List<Token> tokens) {
    if (tokens.isEmpty()) {
      return false;
    }
    if (tokens.stream().anyMatch(t -> t.is(":") || t.is("/"))) {
      return pieces(tokens, ":", "/").allMatch(Names::isName);
    }
    Token first = tokens.getFirst();
    Token last = tokens.getLast();
    return switch (first.kind()) {
      case WORD ->
          tokens.stream()
              .allMatch(t -> (t.is(Kind.WORD) && !Units.isOtherwise(t.text())) || t.is(Kind.NAME));
      case FUNCTION -> false;
      case NAME -> isSymbol(tokens) || isSegment(tokens);
      case COMMAND -> first.text().equals("frac") && isFractionOfNames(tokens);
      case SIGN ->
          tokens.size() > 2
              && ((first.is("|")
                      && last.is("|")
                      && tokens.stream().filter(t -> t.is("|")).count() == 2
                      && isMagnitude(tokens.subList(1, tokens.size() - 1)))
                  || (first.is("(")
                      && last.is(")")
                      && pieces(tokens.subList(1, tokens.size() - 1), ",", ",")
                          .allMatch(Names::isName)));
      case NUMBER, BEGIN, END, CURRENCY -> false;
    };
  }

  /// Returns the names in brackets, as in `(x, y)`, where they are two or more of one letter, all
  /// different; none for other names.
  static List<String> coordinates(List<Token> tokens) {
    boolean enclosed = tokens.size() > 4 && tokens.getFirst().is("(") && tokens.getLast().is(")");
    if (!enclosed) {
      return List.of();
    }
    List<String> names =
        pieces(tokens.subList(1, tokens.size() - 1), ",", ",").map(Names::text).toList();
    return names.stream().distinct().count() == names.size() ? names : List.of();
  }

  /// Writes a name without spaces.
  static String text(List<Token> tokens) {
    return tokens.stream()
        .filter(t -> !t.is("{") && !t.is("}"))
        .map(Token::text)
        .collect(Collectors.joining());
  }

  /// Returns whether this is one name, with subscripts, primes and what it is applied to.
  private static boolean isSymbol(List<Token> tokens) {
    int i = 1;
    while (i < tokens.size() && (tokens.get(i).is("_") || tokens.get(i).is("'"))) {
      i = tokens.get(i).is("'") ? i + 1 : afterScript(tokens, i + 1);
    }
    return i >= tokens.size()
        || (isFunction(tokens.getFirst().text())
            && tokens.get(i).is("(")
            && tokens.subList(i, tokens.size()).stream().filter(t -> t.is("(")).count() == 1
            && tokens.getLast().is(")"));
  }

  /// Returns whether a letter before a bracket is applied to it, where others would be a factor.
  private static boolean isFunction(String name) {
    char first = name.charAt(0);
    return first == '\\' || Character.isUpperCase(first) || "fghpq".indexOf(first) >= 0;
  }

  private static int afterScript(List<Token> tokens, int start) {
    int level = 0;
    int i = start;
    do {
      if (i >= tokens.size()) {
        return i;
      }
      level += tokens.get(i).is("{") ? 1 : tokens.get(i).is("}") ? -1 : 0;
      i++;
    } while (level > 0);
    return i;
  }

  /// Returns whether a name between bars is that of a segment, a vector or a complex number, which
  /// has one magnitude; that of x is a question of its sign.
  private static boolean isMagnitude(List<Token> tokens) {
    return isSegment(tokens)
        || (tokens.size() == 1
            && tokens.getFirst().is(Kind.NAME)
            && "xynm".indexOf(tokens.getFirst().text()) < 0);
  }

  /// Returns whether this is a run of capitals: a segment, a triangle, an angle.
  private static boolean isSegment(List<Token> tokens) {
    return tokens.stream()
        .filter(t -> !t.is("{") && !t.is("}"))
        .allMatch(t ->
            t.is(Kind.NAME) && t.text().length() == 1 && Character.isUpperCase(t.text().charAt(0)));
  }

  private static boolean isFractionOfNames(List<Token> tokens) {
    return tokens.stream()
        .skip(1)
        .allMatch(t -> t.is(Kind.NAME) || t.is("{") || t.is("}") || t.is("_") || t.is("'"));
  }

  private static Stream<List<Token>> pieces(List<Token> tokens, String sign, String other) {
    Stream.Builder<List<Token>> pieces = Stream.builder();
    int start = 0;
    for (int i = 0; i <= tokens.size(); i++) {
      if (i == tokens.size() || tokens.get(i).is(sign) || tokens.get(i).is(other)) {
        pieces.add(tokens.subList(start, i));
        start = i + 1;
      }
    }
    return pieces.build();
  }
}
