package dev.tesuji.math;

import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Cuts an answer, LaTeX or plain, into tokens. Decoration (fonts, spacing, brackets' sizes, dollar
/// signs) leaves no trace; what stands in `\text{}` becomes words, unless it is a number or a
/// formula.
final class Lexer {
  private static final int LONGEST = 10_000; // characters
  private static final int MOST_TOKENS = 2_000;
  private static final int DEEPEST_TEXT = 4;

  private static final Map<Character, Integer> SUPERSCRIPTS =
      Map.of('⁰', 0, '¹', 1, '²', 2, '³', 3, '⁴', 4, '⁵', 5, '⁶', 6, '⁷', 7, '⁸', 8, '⁹', 9);

  private final String text;
  private final int depth;
  private final Numerals numerals;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int brackets;
  private boolean spaced;

  private Lexer(String text, int depth) {
    this.text = text;
    this.depth = depth;
    this.numerals = new Numerals(text);
  }

  /// Cuts a text.
  ///
  /// @throws Unreadable when it is too long, or a group or command is not finished
  static List<Token> read(String text) throws Unreadable {
    if (text.length() > LONGEST) {
      throw new Unreadable("longer than " + LONGEST + " characters");
    }
    return new Lexer(text, 0).run();
  }

  private List<Token> run() throws Unreadable {
    while (at < text.length()) {
      if (tokens.size() > MOST_TOKENS) {
        throw new Unreadable("more than " + MOST_TOKENS + " tokens");
      }
      next();
    }
    return tokens;
  }

  private void next() throws Unreadable {
    char c = text.charAt(at);
    if (Character.isWhitespace(c) || c == '~' || c == '$' || c == '\u00a0') {
      spaced = true;
      at++;
    } else if (c == '\\') {
      command();
    } else if (Numerals.isDigit(c) || (c == '.' && Numerals.isDigit(peek(1)))) {
      number();
    } else if (c == '.' && onlyDotsFollow()) {
      at = text.length();
    } else if (isLetter(c)) {
      letters();
    } else {
      character(c);
    }
  }

  private void character(char c) throws Unreadable {
    Integer power = SUPERSCRIPTS.get(c);
    String one = Character.toString(c);
    at++;
    if (power != null) {
      add(Kind.SIGN, "^");
      add(Kind.NUMBER, power.toString());
    } else if (c == '√') {
      add(Kind.COMMAND, "sqrt");
    } else if ("£€¥".indexOf(c) >= 0 || c == '\u200b' || c == '\ufeff' || c == '`') {
      spaced = true;
    } else if (Vocabulary.NAMES.containsKey(one)) {
      add(Kind.NAME, Vocabulary.NAMES.get(one));
    } else if (Vocabulary.SIGNS.containsKey(one)) {
      add(Kind.SIGN, Vocabulary.SIGNS.get(one));
    } else if ("<>!".indexOf(c) >= 0 && peek(0) == '=') {
      at++;
      add(Kind.SIGN, c + "=");
    } else if (c == '*' && peek(0) == '*') {
      at++;
      add(Kind.SIGN, "^");
    } else if ("+-*/^_=<>!()[]{}|,;:&%'".indexOf(c) >= 0) {
      brackets += "([".indexOf(c) >= 0 ? 1 : ")]".indexOf(c) >= 0 ? -1 : 0;
      add(Kind.SIGN, one);
    } else if (Character.isLetter(c)) {
      add(Kind.NAME, one);
    } else {
      throw new Unreadable("character '" + c + "'");
    }
  }

  private void number() throws Unreadable {
    Numerals.Found found = numerals.at(at, brackets > 0);
    at = found.end();
    add(Kind.NUMBER, found.digits());
  }

  private void letters() {
    int end = at;
    while (end < text.length() && isLetter(text.charAt(end))) {
      end++;
    }
    String run = text.substring(at, end);
    at = end;
    word(run, false);
  }

  /// Adds a run of letters: a function, a word, or the product of its letters.
  private void word(String run, boolean prose) {
    switch (run) {
      case "and", "or", "AND", "OR" -> add(Kind.SIGN, ";");
      case "pi" -> add(Kind.NAME, "pi");
      case "oo", "inf", "infinity", "Infinity" -> add(Kind.NAME, "infinity");
      case "sqrt" -> add(Kind.COMMAND, "sqrt");
      default -> {
        boolean afterNumber = !tokens.isEmpty() && tokens.getLast().is(Kind.NUMBER) && spaced;
        if (Vocabulary.FUNCTIONS.containsKey(run) && !(afterNumber && isAbbreviation(run))) {
          add(Kind.FUNCTION, Vocabulary.FUNCTIONS.get(run));
        } else if ((prose && run.length() > 1) || Vocabulary.isWord(run)) {
          add(Kind.WORD, run);
        } else {
          run.chars().forEach(c -> add(Kind.NAME, Character.toString(c)));
        }
      }
    }
  }

  private static boolean isAbbreviation(String run) {
    return Vocabulary.UNITS.containsKey(run);
  }

  private void command() throws Unreadable {
    int end = at + 1;
    while (end < text.length() && isLetter(text.charAt(end))) {
      end++;
    }
    if (end == at + 1) {
      escaped(peek(1));
      return;
    }
    String name = text.substring(at + 1, end);
    for (String glued : List.of("qquad", "quad")) { // "\quadx" is "\quad x"
      if (name.startsWith(glued) && name.length() > glued.length()) {
        end = at + 1 + glued.length();
        name = glued;
      }
    }
    at = end;
    named(name);
  }

  private void escaped(char c) throws Unreadable {
    at += 2;
    switch (c) {
      case '{', '}' -> {
        brackets += c == '{' ? 1 : -1;
        add(Kind.SIGN, "\\" + c);
      }
      case '\\' -> doubled();
      case '|' -> add(Kind.SIGN, "|");
      case '%' -> add(Kind.SIGN, "%");
      case '(', ')', '[', ']', '$', ',', ';', ':', '!', ' ', '&', '#', '\n', '>', '/' ->
          spaced = true;
      case '_' -> add(Kind.SIGN, "_");
      default -> throw new Unreadable("a backslash before nothing");
    }
  }

  /// Reads `\\`: the end of a row within an environment, else an escape that was escaped again.
  private void doubled() {
    boolean inside =
        tokens.stream().mapToInt(t -> t.is(Kind.BEGIN) ? 1 : t.is(Kind.END) ? -1 : 0).sum() > 0;
    if (inside) {
      add(Kind.SIGN, "\\\\");
    } else if (isLetter(peek(0))) {
      at--;
    } else {
      spaced = true;
    }
  }

  private void named(String name) throws Unreadable {
    String plain = name.matches("[dtc]frac") ? "frac" : name.matches("[dt]binom") ? "binom" : name;
    if (Vocabulary.COMMANDS.contains(plain)) {
      add(Kind.COMMAND, plain);
    } else if (Vocabulary.TEXTS.contains(name)) {
      prose(argument());
    } else if (name.equals("mathbb")) {
      add(Kind.NAME, "set " + argument());
    } else if (Vocabulary.STYLES.contains(name)) {
      spaced = true;
      if ((name.equals("left") || name.equals("right")) && peek(0) == '.') {
        at++;
      }
    } else if (name.equals("begin") || name.equals("end")) {
      add(name.equals("begin") ? Kind.BEGIN : Kind.END, argument().replace("*", ""));
      skipColumns();
    } else if (Vocabulary.FUNCTIONS.containsKey(name)) {
      add(Kind.FUNCTION, Vocabulary.FUNCTIONS.get(name));
    } else if (name.equals("not")) {
      add(Kind.SIGN, "!");
    } else if (Vocabulary.SIGNS.containsKey(name)) {
      String sign = Vocabulary.SIGNS.get(name);
      brackets += sign.equals("\\{") || sign.equals("(") ? 1 : 0;
      brackets -= sign.equals("\\}") || sign.equals(")") ? 1 : 0;
      add(Kind.SIGN, sign);
    } else {
      add(Kind.NAME, Vocabulary.NAMES.getOrDefault(name, "\\" + name));
    }
  }

  /// Skips the columns of `\begin{array}{cc}`.
  private void skipColumns() throws Unreadable {
    if (tokens.getLast().is(Kind.BEGIN) && tokens.getLast().text().equals("array")) {
      argument();
    }
  }

  /// Reads what stands in text: a formula where it has digits or signs, else words.
  private void prose(String content) throws Unreadable {
    String inner = content.strip();
    boolean words = inner.chars().allMatch(c -> isLetter((char) c) || " .,;:'-".indexOf(c) >= 0);
    if (!words) {
      if (depth == DEEPEST_TEXT) {
        throw new Unreadable("text within text too often");
      }
      new Lexer(content, depth + 1).run().forEach(tokens::add);
      spaced = true;
      return;
    }
    for (String run : inner.split("[^\\p{L}]+", -1)) {
      if (!run.isEmpty()) {
        spaced = true;
        word(run, true);
      }
    }
    if (inner.endsWith(",") || inner.equals(";")) {
      add(Kind.SIGN, ",");
    }
    spaced = true;
  }

  /// Reads a command's argument in braces, as text.
  private String argument() throws Unreadable {
    while (peek(0) == ' ') {
      at++;
    }
    if (peek(0) != '{') {
      if (at >= text.length()) {
        throw new Unreadable("a command without its argument");
      }
      return text.substring(at, ++at);
    }
    int end = Extraction.closing(text, at);
    if (end < 0) {
      throw new Unreadable("a brace that is not closed");
    }
    String inside = text.substring(at + 1, end);
    at = end + 1;
    return inside;
  }

  private void add(Kind kind, String content) {
    tokens.add(new Token(kind, content, spaced));
    spaced = false;
  }

  private boolean onlyDotsFollow() {
    return text.substring(at).chars().allMatch(c -> c == '.' || c == '$' || c <= ' ');
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
