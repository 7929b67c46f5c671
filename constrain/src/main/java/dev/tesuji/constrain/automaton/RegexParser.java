package dev.tesuji.constrain.automaton;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads regular expressions as ECMA 262 has them; what an automaton cannot do is refused by name.
final class RegexParser {
  private static final int DEPTH = 200;
  private static final int LARGEST_COUNT = 100_000;

  private final String text;
  private final String name;
  private int at;
  private int depth;

  RegexParser(String text, String name) {
    this.text = text;
    this.name = name;
  }

  Regex parse() {
    Regex all = choice();
    if (at < text.length()) {
      throw bad("an unmatched ')'");
    }
    return all;
  }

  private BadInput bad(String problem) {
    return new BadInput(
        name
            + " must be a regular expression of ECMA 262 without look-around, references and word"
            + " boundaries, got "
            + problem
            + " at character "
            + at
            + " of "
            + BadInput.brief(text));
  }

  private boolean more() {
    return at < text.length();
  }

  private boolean takes(String expected) {
    boolean found = text.startsWith(expected, at);
    if (found) {
      at += expected.length();
    }
    return found;
  }

  private Regex choice() {
    if (++depth > DEPTH) {
      throw bad("groups more than " + DEPTH + " deep");
    }
    List<Regex> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (takes("|"));
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Regex.Choice(parts);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (more() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      parts.add(quantified());
    }
    return parts.size() == 1 ? parts.getFirst() : new Regex.Sequence(parts);
  }

  private Regex quantified() {
    Regex atom = atom();
    Regex repeated = quantifier(atom);
    if (repeated == null) {
      return atom;
    }
    takes("?"); // a lazy quantifier matches the same texts
    if (more() && "*+".indexOf(text.charAt(at)) >= 0) {
      throw bad("a quantifier after a quantifier");
    }
    return repeated;
  }

  private @Nullable Regex quantifier(Regex atom) {
    if (!more()) {
      return null;
    }
    return switch (text.charAt(at)) {
      case '*' -> counted(atom, 0, Regex.UNBOUNDED);
      case '+' -> counted(atom, 1, Regex.UNBOUNDED);
      case '?' -> counted(atom, 0, 1);
      case '{' -> braces(atom);
      default -> null;
    };
  }

  private Regex counted(Regex atom, int min, int max) {
    at++;
    return repeat(atom, min, max);
  }

  private Regex repeat(Regex atom, int min, int max) {
    if (atom instanceof Regex.Start || atom instanceof Regex.End) {
      throw bad("a quantifier after an anchor");
    }
    return new Regex.Repeat(atom, min, max);
  }

  private @Nullable Regex braces(Regex atom) {
    int end = text.indexOf('}', at);
    String inside = end < 0 ? "" : text.substring(at + 1, end);
    if (!inside.matches("\\d+(,\\d*)?")) {
      return null; // a brace that is no quantifier stands for itself, as in browsers
    }
    int comma = inside.indexOf(',');
    int min = count(comma < 0 ? inside : inside.substring(0, comma));
    int max = min;
    if (comma >= 0) {
      String upper = inside.substring(comma + 1);
      max = upper.isEmpty() ? Regex.UNBOUNDED : count(upper);
    }
    if (max < min) {
      throw bad("a count {" + inside + "} that falls");
    }
    at = end + 1;
    return repeat(atom, min, max);
  }

  private int count(String digits) {
    if (digits.length() > 7 || Integer.parseInt(digits) > LARGEST_COUNT) {
      throw bad("a count above " + LARGEST_COUNT);
    }
    return Integer.parseInt(digits);
  }

  private Regex atom() {
    int c = text.codePointAt(at);
    return switch (c) {
      case '^' -> read(1, new Regex.Start());
      case '$' -> read(1, new Regex.End());
      case '.' -> read(1, new Regex.Chars(CharacterClasses.LINE_ENDS.not()));
      case '(' -> group();
      case '[' -> {
        at++;
        yield new Regex.Chars(charClass());
      }
      case '\\' -> new Regex.Chars(escape(false));
      case '*', '+', '?' -> throw bad("a quantifier with nothing before it");
      default -> read(Character.charCount(c), literal(c));
    };
  }

  private Regex read(int characters, Regex regex) {
    at += characters;
    return regex;
  }

  private Regex literal(int c) {
    if (Character.getType(c) == Character.SURROGATE) {
      throw bad("half a surrogate pair");
    }
    return new Regex.Chars(CodePoints.of(c, c));
  }

  private Regex group() {
    at++;
    if (takes("?")) {
      if (takes("<") && more() && text.charAt(at) != '=' && text.charAt(at) != '!') {
        int end = text.indexOf('>', at);
        if (end < 0) {
          throw bad("a group's name without its '>'");
        }
        at = end + 1;
      } else if (!takes(":")) {
        throw bad("a look-around or a flag '(?" + (more() ? text.charAt(at) : "") + "'");
      }
    }
    Regex inside = choice();
    if (!takes(")")) {
      throw bad("a '(' without its ')'");
    }
    return inside;
  }

  private CodePoints charClass() {
    boolean negated = takes("^");
    CodePoints all = new CodePoints(List.of());
    while (!takes("]")) {
      if (!more()) {
        throw bad("a '[' without its ']'");
      }
      CodePoints first = member();
      if (text.startsWith("-", at) && !text.startsWith("-]", at)) {
        at++;
        if (!more()) {
          throw bad("a '[' without its ']'");
        }
        all = all.or(range(first, member()));
      } else {
        all = all.or(first);
      }
    }
    return negated ? all.not() : all;
  }

  private CodePoints range(CodePoints first, CodePoints last) {
    if (isOne(first) && isOne(last)) {
      int low = first.ranges().getFirst().low();
      int high = last.ranges().getFirst().high();
      if (low > high) {
        throw bad("a range whose end is before its start");
      }
      return CodePoints.of(low, high);
    }
    return first.or(CodePoints.of('-', '-')).or(last); // `[\w-.]`, as browsers read it
  }

  private static boolean isOne(CodePoints set) {
    return set.ranges().size() == 1
        && set.ranges().getFirst().low() == set.ranges().getFirst().high();
  }

  private CodePoints member() {
    int c = text.codePointAt(at);
    if (c == '\\') {
      return escape(true);
    }
    at += Character.charCount(c);
    if (Character.getType(c) == Character.SURROGATE) {
      throw bad("half a surrogate pair");
    }
    return CodePoints.of(c, c);
  }

  private CodePoints escape(boolean inClass) {
    at++;
    if (!more()) {
      throw bad("a '\\' at the end");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    CodePoints named = CharacterClasses.of(c);
    if (named != null) {
      return named;
    }
    return switch (c) {
      case 'b' -> {
        if (!inClass) {
          throw bad("a word boundary \\b");
        }
        yield CodePoints.of('\b', '\b');
      }
      case 'B' -> throw bad("a word boundary \\B");
      case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw bad("a reference \\" + (char) c);
      case 'x' -> one(hex(2));
      case 'u' -> one(unicode());
      case 'c' -> control();
      case 'p', 'P' -> property(c == 'P');
      default -> {
        if (Character.isLetter(c)) {
          throw bad("an unknown escape \\" + Character.toString(c));
        }
        yield one(c);
      }
    };
  }

  private CodePoints control() {
    if (!more() || !Character.toString(text.charAt(at)).matches("[A-Za-z]")) {
      throw bad("an unknown escape \\c");
    }
    return one(text.charAt(at++) % 32);
  }

  private CodePoints one(int c) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw bad("half a surrogate pair");
    }
    return CodePoints.of(c, c);
  }

  private int unicode() {
    if (takes("{")) {
      int end = text.indexOf('}', at);
      String digits = end < 0 ? "" : text.substring(at, end);
      if (!digits.matches("[0-9a-fA-F]{1,6}")
          || Integer.parseInt(digits, 16) > Character.MAX_CODE_POINT) {
        throw bad("an unknown escape \\u{" + digits);
      }
      at = end + 1;
      return Integer.parseInt(digits, 16);
    }
    int first = hex(4);
    if (Character.isHighSurrogate((char) first) && takes("\\u")) {
      int second = hex(4);
      if (!Character.isLowSurrogate((char) second)) {
        throw bad("half a surrogate pair");
      }
      return Character.toCodePoint((char) first, (char) second);
    }
    return first;
  }

  private int hex(int digits) {
    if (at + digits > text.length() || !text.substring(at, at + digits).matches("[0-9a-fA-F]+")) {
      throw bad("an escape without its " + digits + " hexadecimal digits");
    }
    at += digits;
    return Integer.parseInt(text.substring(at - digits, at), 16);
  }

  private CodePoints property(boolean negated) {
    int end = text.indexOf('}', at);
    if (!takes("{") || end < 0) {
      throw bad("\\p without its name in braces");
    }
    String property = text.substring(at, end);
    CodePoints set = CharacterClasses.property(property);
    if (set == null) {
      throw bad("an unknown property \\p{" + property + "}");
    }
    at = end + 1;
    return negated ? set.not() : set;
  }
}
