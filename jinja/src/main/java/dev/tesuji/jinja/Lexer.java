package dev.tesuji.jinja;

import dev.tesuji.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Cuts a template's source into tokens and settles its whitespace.
///
/// As transformers has it, `trim_blocks` and `lstrip_blocks` are on: the newline after a block or a
/// comment goes, and so do the blanks before one that begins its line. A `-` inside a delimiter
/// takes all whitespace on that side, a `+` keeps it.
final class Lexer {
  /// The longest first.
  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean beginsLine = true; // what was taken last ended with a newline

  private Lexer(String source) {
    this.source = source;
  }

  /// Returns the tokens of a source, the last of which is the end.
  ///
  /// @throws Trouble when a tag, a comment or a string does not end, or a character has no meaning
  static List<Token> tokens(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    while (lexer.at < lexer.source.length()) {
      lexer.outside();
    }
    lexer.add(Kind.END, "");
    return lexer.tokens;
  }

  /// Takes the text up to the next tag, and the tag.
  private void outside() {
    int tag = nextTag();
    if (tag == source.length()) {
      add(Kind.DATA, source.substring(at));
      advance(tag);
      return;
    }
    char kind = source.charAt(tag + 1);
    text(tag, kind == '{');
    advance(tag + 2 + (sign(tag + 2) == 0 ? 0 : 1));
    beginsLine = false;
    switch (kind) {
      case '#' -> comment();
      case '{' -> {
        add(Kind.PRINT_BEGIN, "{{");
        inside("}}");
      }
      default -> {
        int raw = rawBegins();
        if (raw >= 0) {
          advance(raw);
          beginsLine = source.charAt(raw - 1) == '\n';
          raw();
        } else {
          add(Kind.BLOCK_BEGIN, "{%");
          inside("%}");
        }
      }
    }
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  /// Returns the `-` or `+` at a place, else 0.
  private char sign(int place) {
    char c = place < source.length() ? source.charAt(place) : 0;
    return c == '-' || c == '+' ? c : 0;
  }

  /// Adds the text before a tag, less the whitespace that the tag takes.
  private void text(int tag, boolean prints) {
    int end = tag;
    char sign = sign(tag + 2);
    if (sign == '-') {
      while (end > at && Python.isSpace(source.charAt(end - 1))) {
        end--;
      }
    } else if (sign == 0 && !prints) {
      int start = tag;
      while (start > at && source.charAt(start - 1) != '\n') {
        start--;
      }
      boolean wholeLine = start > at || beginsLine;
      if (wholeLine && source.substring(start, tag).chars().allMatch(Python::isSpace)) {
        end = start;
      }
    }
    if (end > at) {
      add(Kind.DATA, source.substring(at, end));
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new Trouble(line, "a comment that begins here has no '#}'");
    }
    afterBlock(end, end > at ? source.charAt(end - 1) : 0);
  }

  /// Goes behind the end of a block or comment and the whitespace that it takes.
  private void afterBlock(int end, char sign) {
    int next = end + 2;
    if (sign == '-') {
      next = skipSpace(next);
    } else if (sign != '+' && source.startsWith("\n", next)) {
      next++;
    }
    advance(next);
    beginsLine = source.charAt(next - 1) == '\n';
  }

  /// Returns where the text of a raw block begins when a raw tag is here, else -1.
  private int rawBegins() {
    int word = skipSpace(at);
    if (!source.startsWith("raw", word)) {
      return -1;
    }
    int end = skipSpace(word + 3);
    if (source.startsWith("-%}", end)) {
      return skipSpace(end + 3);
    }
    return source.startsWith("%}", end) ? end + 2 : -1;
  }

  private void raw() {
    int start = line;
    for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
      int word = skipSpace(tag + 2 + (sign(tag + 2) == 0 ? 0 : 1));
      int end = source.startsWith("endraw", word) ? skipSpace(word + 6) : source.length();
      char sign = sign(end);
      if (source.startsWith("%}", end + (sign == 0 ? 0 : 1))) {
        text(tag, false);
        afterBlock(end + (sign == 0 ? 0 : 1), sign);
        return;
      }
    }
    throw new Trouble(start, "a raw block that begins here has no endraw");
  }

  /// Takes the tokens of a tag up to its end.
  private void inside(String close) {
    int start = line;
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      advance(skipSpace(at));
      if (at >= source.length()) {
        throw new Trouble(start, "a tag that begins here has no '" + close + "'");
      }
      if (open.isEmpty() && ends(close)) {
        return;
      }
      char c = source.charAt(at);
      if (c == '"' || c == '\'') {
        string(c);
      } else if (isDigit(c)) {
        number();
      } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
        int end = at;
        while (end < source.length() && isWord(source.charAt(end))) {
          end++;
        }
        take(Kind.NAME, end);
      } else {
        operator(open);
      }
    }
  }

  private boolean ends(String close) {
    boolean block = close.equals("%}");
    char sign = sign(at);
    boolean signed = sign != 0 && (sign == '-' || block);
    if (!source.startsWith(close, signed ? at + 1 : at)) {
      return false;
    }
    add(block ? Kind.BLOCK_END : Kind.PRINT_END, close);
    int end = signed ? at + 1 : at;
    if (block) {
      afterBlock(end, signed ? sign : 0);
    } else {
      advance(signed ? skipSpace(end + 2) : end + 2);
      beginsLine = source.charAt(at - 1) == '\n';
    }
    return true;
  }

  private void operator(Deque<Character> open) {
    String operator =
        OPERATORS.stream()
            .filter(o -> source.startsWith(o, at))
            .findFirst()
            .orElseThrow(() ->
                new Trouble(
                    line,
                    "'" + Character.toString(source.codePointAt(at)) + "' has no meaning here"));
    char c = operator.charAt(0);
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw new Trouble(line, "'" + c + "' closes nothing");
        }
      }
      default -> {}
    }
    take(Kind.OPERATOR, at + operator.length());
  }

  private void number() {
    int end = digits(at);
    if (source.charAt(at) == '0' && end == at + 1 && end < source.length()) {
      int base = "box".indexOf(Character.toLowerCase(source.charAt(end)));
      if (base >= 0 && end + 1 < source.length() && isWord(source.charAt(end + 1))) {
        end++;
        while (end < source.length() && isWord(source.charAt(end))) {
          end++;
        }
        take(Kind.INTEGER, end);
        return;
      }
    }
    boolean real = false;
    if (at > 0 && source.charAt(at - 1) == '.') { // x.0.1 is x[0][1]
      take(Kind.INTEGER, end);
      return;
    }
    if (source.startsWith(".", end) && digits(end + 1) > end + 1) {
      end = digits(end + 1);
      real = true;
    }
    if (end < source.length() && Character.toLowerCase(source.charAt(end)) == 'e') {
      int exponent = end + 1 + (sign(end + 1) == 0 ? 0 : 1);
      if (digits(exponent) > exponent) {
        end = digits(exponent);
        real = true;
      }
    }
    take(real ? Kind.FLOAT : Kind.INTEGER, end);
  }

  /// Returns where digits with single underscores between them end.
  private int digits(int from) {
    int end = from;
    while (end < source.length()
        && (isDigit(source.charAt(end))
            || (source.charAt(end) == '_'
                && end > from
                && end + 1 < source.length()
                && isDigit(source.charAt(end + 1))))) {
      end++;
    }
    return end;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new Trouble(line, "a string that begins here has no closing " + quote);
    }
    add(Kind.STRING, Escapes.resolve(source.substring(at + 1, end), line));
    advance(end + 1);
  }

  private void take(Kind kind, int end) {
    add(kind, source.substring(at, end));
    advance(end);
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advance(int to) {
    for (int i = at; i < to; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    at = to;
  }

  private int skipSpace(int from) {
    int end = from;
    while (end < source.length() && Python.isSpace(source.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(char c) {
    return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }
}
