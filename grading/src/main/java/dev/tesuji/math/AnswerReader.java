package dev.tesuji.math;

import dev.tesuji.math.Answer.Kind;
import dev.tesuji.math.Answer.Listing;
import dev.tesuji.math.Answer.Named;
import dev.tesuji.math.Answer.Ratio;
import dev.tesuji.math.Answer.Relation;
import dev.tesuji.math.Answer.Union;
import dev.tesuji.math.Answer.Words;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a bare answer: a list of items, each a relation, a bracketed listing, a union, a ratio, a
/// value with its unit, or words.
final class AnswerReader {
  private static final int MOST_ITEMS = 100;
  private static final int DEEPEST = 12;

  private static final Set<String> SEPARATORS = Set.of(",", ";");
  private static final Set<String> RELATIONS = Set.of("=", "~", "<", ">", "<=", ">=", "!=", "in");
  private static final Set<String> OPEN = Set.of("(", "[", "{", "\\{");
  private static final Set<String> CLOSE = Set.of(")", "]", "}", "\\}");

  private int depth;

  private AnswerReader() {}

  /// Reads an answer.
  ///
  /// @throws Unreadable when it is empty, too large, or neither mathematics nor words
  static Answer read(String text) throws Unreadable {
    String clean = clean(text);
    List<Token> tokens = Lexer.read(clean);
    if (tokens.isEmpty()) {
      throw new Unreadable("no answer");
    }
    try {
      return new AnswerReader().list(tokens);
    } catch (Unreadable e) {
      if (tokens.stream().anyMatch(t -> t.is(Token.Kind.WORD)) && isBalanced(tokens)) {
        return words(tokens);
      }
      throw e;
    }
  }

  private static boolean isBalanced(List<Token> tokens) {
    int level = 0;
    for (Token t : tokens) {
      level += t.is("{") || t.is(Token.Kind.BEGIN) ? 1 : 0;
      level -= t.is("}") || t.is(Token.Kind.END) ? 1 : 0;
      if (level < 0) {
        return false;
      }
    }
    return level == 0;
  }

  /// Takes off emphasis and writes digits and fractions of all scripts in ASCII.
  private static String clean(String text) {
    String stripped = text.strip();
    while (stripped.length() > 2 && stripped.startsWith("*") && stripped.endsWith("*")) {
      stripped = stripped.substring(1, stripped.length() - 1).strip();
    }
    if (stripped.chars().allMatch(c -> c < 128)) {
      return stripped;
    }
    StringBuilder ascii = new StringBuilder();
    stripped
        .codePoints()
        .forEach(c -> {
          if (Character.isDigit(c)) {
            ascii.append(Character.digit(c, 10));
          } else if (c >= 0xFF01 && c <= 0xFF5E) {
            ascii.append((char) (c - 0xFEE0));
          } else {
            String[] fraction =
                Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC)
                    .split("\u2044", -1);
            ascii.append(
                fraction.length == 2
                    ? "\\frac{" + fraction[0] + "}{" + fraction[1] + "}"
                    : Character.toString(c));
          }
        });
    return ascii.toString();
  }

  private Answer list(List<Token> tokens) throws Unreadable {
    List<Answer> items = items(tokens);
    return items.size() == 1
        ? items.getFirst()
        : new Listing(Kind.LIST, "", "", List.copyOf(items));
  }

  private List<Answer> items(List<Token> tokens) throws Unreadable {
    List<Answer> items = new ArrayList<>();
    for (List<Token> item : split(tokens, SEPARATORS)) {
      if (!item.isEmpty()) {
        items.add(item(item));
      }
    }
    if (items.isEmpty() || items.size() > MOST_ITEMS) {
      throw new Unreadable("no item, or more than " + MOST_ITEMS);
    }
    return items;
  }

  /// Cuts tokens at signs outside brackets.
  private static List<List<Token>> split(List<Token> tokens, Set<String> signs) {
    List<List<Token>> parts = new ArrayList<>();
    int start = 0;
    int level = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token t = tokens.get(i);
      level += level(t);
      if (level == 0 && t.is(Token.Kind.SIGN) && signs.contains(t.text())) {
        parts.add(tokens.subList(start, i));
        start = i + 1;
      }
    }
    parts.add(tokens.subList(start, tokens.size()));
    return parts;
  }

  private static int level(Token t) {
    return switch (t.kind()) {
      case BEGIN -> 1;
      case END -> -1;
      case SIGN -> OPEN.contains(t.text()) ? 1 : CLOSE.contains(t.text()) ? -1 : 0;
      default -> 0;
    };
  }

  private Answer item(List<Token> tokens) throws Unreadable {
    if (++depth > DEEPEST) {
      throw new Unreadable("nested deeper than " + DEEPEST);
    }
    List<List<Token>> sides = split(tokens, RELATIONS);
    Answer answer = sides.size() > 1 ? relation(tokens, sides) : operand(tokens);
    depth--;
    return answer;
  }

  private Answer relation(List<Token> tokens, List<List<Token>> sides) throws Unreadable {
    List<String> signs = new ArrayList<>();
    int end = 0;
    for (List<Token> side : sides.subList(0, sides.size() - 1)) {
      end += side.size();
      signs.add(tokens.get(end++).text());
    }
    if (sides.getFirst().isEmpty() && signs.getFirst().equals("=")) {
      return item(tokens.subList(1, tokens.size()));
    } else if (signs.getFirst().equals("in")) {
      return item(tokens.subList(sides.getFirst().size() + 1, tokens.size()));
    } else if (!signs.stream().allMatch(s -> s.equals("=") || s.equals("~"))) {
      return new Relation(expressions(sides), List.copyOf(signs));
    }
    return equation(sides, signs);
  }

  /// Reads equations: what has a name is a value, and a chain of values comes to its last one, what
  /// only approximates it aside.
  private Answer equation(List<List<Token>> sides, List<String> signs) throws Unreadable {
    int equals = signs.indexOf("=");
    int rough = equals < 0 ? -1 : signs.subList(equals, signs.size()).indexOf("~");
    List<Token> last = rough < 0 ? sides.getLast() : sides.get(equals + rough);
    if (Names.isName(sides.getFirst())) {
      Relation both = null;
      try {
        both = new Relation(expressions(List.of(sides.getFirst(), last)), List.of("="));
      } catch (Unreadable noExpression) {
        // a tuple, a matrix or a ratio: it has a name and is no equation
      }
      return new Named(Names.text(sides.getFirst()), item(last), both);
    }
    List<Expression> all = expressions(sides);
    if (sides.size() == 2 && Names.isName(last) && all.getFirst().isConstant()) {
      return new Named(
          Names.text(last),
          item(sides.getFirst()),
          new Relation(List.of(all.getLast(), all.getFirst()), List.of("=")));
    }
    if (all.stream().allMatch(Expression::isConstant)) {
      return item(last);
    }
    return new Relation(all, signs.stream().map(_ -> "=").toList());
  }

  private static List<Expression> expressions(List<List<Token>> sides) throws Unreadable {
    List<Expression> all = new ArrayList<>();
    for (List<Token> side : sides) {
      all.add(Values.expression(side));
    }
    return List.copyOf(all);
  }

  private Answer operand(List<Token> tokens) throws Unreadable {
    if (tokens.isEmpty()) {
      throw new Unreadable("a side is missing");
    }
    List<List<Token>> parts = split(tokens, Set.of("cup"));
    if (parts.size() > 1) {
      List<Answer> united = new ArrayList<>();
      for (List<Token> part : parts) {
        united.add(operand(part));
      }
      return new Union(List.copyOf(united));
    }
    if (isEnclosed(tokens)) {
      Answer inside = enclosed(tokens);
      if (inside != null) {
        return inside;
      }
    }
    if (tokens.size() == 1 && tokens.getFirst().text().equals("emptyset")) {
      return new Listing(Kind.SET, "\\{", "\\}", List.of());
    }
    List<List<Token>> terms = split(tokens, Set.of(":"));
    if (terms.size() > 1) {
      return new Ratio(expressions(terms));
    }
    return Values.read(tokens);
  }

  /// Says whether the first bracket is closed by the last.
  private static boolean isEnclosed(List<Token> tokens) {
    if (!tokens.getFirst().is(Token.Kind.SIGN) || !OPEN.contains(tokens.getFirst().text())) {
      return false;
    }
    int level = 0;
    for (int i = 0; i < tokens.size(); i++) {
      level += level(tokens.get(i));
      if (level == 0) {
        return i == tokens.size() - 1;
      }
    }
    return false;
  }

  private @Nullable Answer enclosed(List<Token> tokens) throws Unreadable {
    String open = tokens.getFirst().text();
    List<Token> inner = tokens.subList(1, tokens.size() - 1);
    boolean braces = open.equals("\\{");
    if (split(inner, SEPARATORS).size() > 1) {
      Kind kind = braces || open.equals("{") ? Kind.SET : Kind.TUPLE;
      if (++depth > DEEPEST) {
        throw new Unreadable("nested deeper than " + DEEPEST);
      }
      List<Answer> items = items(inner);
      depth--;
      return new Listing(kind, open, tokens.getLast().text(), List.copyOf(items));
    }
    if (braces) {
      List<List<Token>> builder = split(inner, Set.of("|", ":"));
      if (builder.size() == 2 && Names.isName(builder.getFirst())) {
        return item(builder.getLast());
      }
      List<Answer> items = inner.isEmpty() ? List.of() : items(inner);
      return new Listing(Kind.SET, open, "\\}", List.copyOf(items));
    }
    boolean plain =
        inner.stream()
            .noneMatch(t ->
                t.is(Token.Kind.WORD)
                    || (t.is(Token.Kind.SIGN) && (RELATIONS.contains(t.text()) || t.is("cup"))));
    return plain || inner.isEmpty() ? null : item(inner);
  }

  static Words words(List<Token> tokens) {
    return new Words(Answer.plain(tokens.stream().map(Token::text).collect(Collectors.joining())));
  }
}
