package dev.tesuji.math;

import dev.tesuji.math.Answer.Chain;
import dev.tesuji.math.Answer.Clock;
import dev.tesuji.math.Answer.Kind;
import dev.tesuji.math.Answer.Listing;
import dev.tesuji.math.Answer.Named;
import dev.tesuji.math.Answer.Ratio;
import dev.tesuji.math.Answer.Relation;
import dev.tesuji.math.Answer.Union;
import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Answer.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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

  private static final Pattern WHOLE = Pattern.compile("-?[1-9]\\d{0,14}");
  private static final Pattern DATE =
      Pattern.compile("\\d{1,2}([-/.])\\d{1,2}\\1\\d{4}|\\d{4}([-/.])\\d{1,2}\\2\\d{1,2}");

  private int depth;

  private AnswerReader() {}

  /// Reads an answer.
  ///
  /// @throws Unreadable when it is empty, too large, or neither mathematics nor words
  static Answer read(String text) throws Unreadable {
    String clean = Typography.plain(text);
    if (WHOLE.matcher(clean).matches()) { // most gold answers: nothing to cut into tokens
      return new Value(Expression.number(Long.parseLong(clean)), Unit.NONE, clean);
    }
    Optional<Rational> inWords = NumberWords.read(clean);
    if (inWords.isPresent()) {
      return new Value(new Expression.Literal(inWords.get(), false), Unit.NONE, clean);
    }
    if (clean.length() <= 10 && DATE.matcher(clean).matches()) {
      return new Words(clean.replace('/', '-').replace('.', '-'));
    }
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
    } else if (signs.getFirst().equals("in") && Names.isName(sides.getFirst())) {
      return item(tokens.subList(sides.getFirst().size() + 1, tokens.size()));
    } else if (!signs.stream().allMatch(s -> s.equals("=") || s.equals("~"))) {
      if (signs.contains("in")) {
        throw new Unreadable("membership of what is no name");
      }
      return new Relation(expressions(sides), List.copyOf(signs));
    }
    return equation(sides, signs);
  }

  /// Reads equations: what has a name is a value, and a chain of values comes to its last one, what
  /// only approximates it aside.
  private Answer equation(List<List<Token>> sides, List<String> signs) throws Unreadable {
    boolean named = Names.isName(sides.getFirst());
    int first = named ? 1 : 0;
    int rough = signs.subList(first, signs.size()).indexOf("~");
    int last = rough < 0 ? sides.size() - 1 : first + rough;
    if (named) {
      return named(sides, last);
    }
    List<Expression> all = expressions(sides);
    if (sides.size() == 2 && Names.isName(sides.getLast()) && all.getFirst().isConstant()) {
      return new Named(
          Names.text(sides.getLast()),
          item(sides.getFirst()),
          new Relation(List.of(all.getLast(), all.getFirst()), List.of("=")));
    }
    if (all.stream().allMatch(Expression::isConstant)) {
      return new Chain(
          item(sides.get(last)), all.subList(0, last), all.subList(last + 1, all.size()));
    }
    return new Relation(all, signs.stream().map(_ -> "=").toList());
  }

  /// Reads a name and its value, which is the side with this number.
  private Answer named(List<List<Token>> sides, int last) throws Unreadable {
    List<Token> name = sides.getFirst();
    List<Token> tokens = sides.get(last);
    Answer value = item(tokens);
    if (sides.size() > 2) {
      value =
          new Chain(
              value,
              expressions(sides.subList(1, last)),
              expressions(sides.subList(last + 1, sides.size())));
    }
    List<String> coordinates = Names.coordinates(name);
    if (!coordinates.isEmpty()
        && value instanceof Listing(Kind kind, _, _, var items)
        && kind == Kind.TUPLE
        && items.size() == coordinates.size()) {
      return point(coordinates, items);
    }
    Relation both = null;
    try {
      both = new Relation(expressions(List.of(name, tokens)), List.of("="));
    } catch (Unreadable noExpression) {
      // a tuple, a matrix or a ratio: it has a name and is no equation
    }
    return new Named(Names.text(name), value, both);
  }

  /// Reads `(x, y) = (1, 2)` as `x = 1, y = 2`.
  private static Listing point(List<String> names, List<Answer> values) {
    List<Answer> items = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      items.add(new Named(names.get(i), values.get(i), null));
    }
    return new Listing(Kind.LIST, "", "", List.copyOf(items));
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
    List<Token> bare = Values.withoutLeadIn(tokens);
    List<List<Token>> terms = split(bare, Set.of(":"));
    if (terms.size() > 1) {
      Optional<Clock> clock = clock(terms);
      return clock.isPresent() ? clock.get() : new Ratio(expressions(terms));
    }
    return Values.read(bare);
  }

  /// Reads a time: hours, then minutes and perhaps seconds in two digits.
  private static Optional<Clock> clock(List<List<Token>> terms) {
    List<Token> last = terms.getLast();
    String half =
        last.size() == 2 && last.getLast().is(Token.Kind.WORD) ? last.getLast().text() : "";
    half = half.toLowerCase(Locale.ROOT);
    if (terms.size() > 3 || !(half.isEmpty() || half.equals("am") || half.equals("pm"))) {
      return Optional.empty();
    }
    List<Integer> parts = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      List<Token> term = terms.get(i);
      boolean single = term.size() == (i == terms.size() - 1 && !half.isEmpty() ? 2 : 1);
      String digits = term.isEmpty() ? "" : term.getFirst().text();
      if (!single || !term.getFirst().is(Token.Kind.NUMBER) || !digits.matches("\\d{1,2}")) {
        return Optional.empty();
      }
      parts.add(Integer.valueOf(digits));
      if (i > 0 && (digits.length() != 2 || parts.getLast() > 59)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Clock(List.copyOf(parts), half));
  }

  /// Returns whether the first bracket is closed by the last.
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

  /// Returns tokens as words: single letters are joined, and signs stay.
  static Words words(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    boolean letter = false;
    for (Token t : tokens) {
      boolean next = t.is(Token.Kind.NAME) && t.text().length() == 1;
      boolean bare = t.is("{") || t.is("}");
      if (!bare) {
        text.append(text.isEmpty() || (letter && next && !t.spaced()) ? "" : " ").append(t.text());
      }
      letter = next;
    }
    return new Words(text.toString().toLowerCase(Locale.ROOT));
  }
}
