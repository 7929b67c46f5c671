package dev.tesuji.math;

import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Cuts an answer, LaTeX or plain, into tokens. Decoration (fonts, spacing, brackets' sizes, dollar
/// signs) leaves no trace; what stands in `\text{}` becomes words, unless it is a number or a
/// formula.
final class Lexer {
  private static final int LONGEST = 10_000; // characters
  private static final int MOST_TOKENS = 2_000;
  private static final int DEEPEST_TEXT = 4;
  private static final String WIDE = "quad";

  private static final Pattern PROSE =
      Pattern.compile("[,;:]?\\s*[A-Za-z]+(?:[ .,;:'-]+[A-Za-z]+)*+\\s?[.,;:]?");
  private static final Pattern BASED = Pattern.compile("0[xXoObB][\\da-fA-F]+");

  private static final Map<Character, String> CURRENCIES =
      Map.of('£', "pound", '€', "euro", '¥', "yen", '₹', "rupee", '¢', "cent");

  private final String text;
  private final int depth;
  private final Numerals numerals;
  private final List<Token> tokens = new ArrayList<>();
  private final boolean loneDollar;
  private int at;
  private int brackets;
  private boolean spaced;

  private Lexer(String text, int depth) {
    this.text = text;
    this.depth = depth;
    this.numerals = new Numerals(text);
    this.loneDollar = depth == 0 && isLoneDollar(text);
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
    return withoutSpaces();
  }

  /// Returns whether the only dollar sign that is not escaped stands before a number: then it is no
  /// mark of a formula.
  private static boolean isLoneDollar(String text) {
    int dollar = text.indexOf('$');
    if (dollar < 0 || text.indexOf('$', dollar + 1) >= 0) {
      return false;
    }
    boolean escaped = dollar > 0 && text.charAt(dollar - 1) == '\\';
    int next = dollar + 1;
    while (next < text.length() && " +-".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    return !escaped
        && next < text.length()
        && (Numerals.isDigit(text.charAt(next)) || text.charAt(next) == '.');
  }

  /// Reads wide spaces: between two items they part them, elsewhere they are nothing.
  private List<Token> withoutSpaces() {
    if (tokens.stream().noneMatch(t -> t.is(WIDE))) {
      return tokens;
    }
    List<Token> read = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token t = tokens.get(i);
      if (!t.is(WIDE)) {
        read.add(t);
      } else if (!read.isEmpty()
          && i + 1 < tokens.size()
          && endsItem(read.getLast())
          && beginsItem(tokens.get(i + 1))) {
        read.add(new Token(Kind.SIGN, ";", true));
      }
    }
    return read;
  }

  private static boolean endsItem(Token t) {
    return !t.is(Kind.SIGN)
        || Set.of(")", "]", "}", "\\}", "!", "%", "°", "'", "|").contains(t.text());
  }

  private static boolean beginsItem(Token t) {
    return t.is(Kind.SIGN)
        ? Set.of("(", "[", "{", "\\{", "|").contains(t.text())
        : !t.is(Kind.WORD) && !t.is(Kind.END);
  }

  private void next() throws Unreadable {
    char c = text.charAt(at);
    if (c == '$' && loneDollar) {
      at++;
      add(Kind.CURRENCY, "dollar");
    } else if (Character.isWhitespace(c) || c == '~' || c == '$' || c == '\u00a0') {
      spaced = true;
      at++;
    } else if (c == '\\') {
      command();
    } else if (Numerals.isDigit(c) || (c == '.' && Numerals.isDigit(peek(1)))) {
      number();
    } else if (c == '.' && isFullStop()) {
      spaced = true;
      at++;
    } else if (isLetter(c)) {
      letters();
    } else {
      character(c);
    }
  }

  private void character(char c) throws Unreadable {
    String one = Character.toString(c);
    at++;
    String currency = CURRENCIES.get(c);
    if (c == '√') {
      add(Kind.COMMAND, "sqrt");
    } else if (currency != null) {
      add(Kind.CURRENCY, currency);
    } else if (c == '\u200b' || c == '\ufeff' || c == '`') {
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
    if (BASED.matcher(text).region(at, text.length()).lookingAt()) {
      throw new Unreadable("a number of a programming language");
    }
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
    if ((run.equals("C") || run.equals("F")) && followsDegrees()) {
      add(Kind.WORD, run.equals("C") ? "celsius" : "fahrenheit");
      return;
    }
    switch (run) {
      case "and", "or", "AND", "OR" -> add(Kind.SIGN, ";");
      case "pi" -> add(Kind.NAME, "pi");
      case "oo", "inf", "infinity", "Infinity" -> add(Kind.NAME, "infinity");
      case "sqrt" -> add(Kind.COMMAND, "sqrt");
      default -> {
        boolean afterNumber = !tokens.isEmpty() && tokens.getLast().is(Kind.NUMBER) && spaced;
        if (Vocabulary.FUNCTIONS.containsKey(run) && !(afterNumber && isAbbreviation(run))) {
          add(Kind.FUNCTION, Vocabulary.FUNCTIONS.get(run));
        } else if ((prose && (run.length() > 1 || isUnitAfterNumber(run)))
            || Vocabulary.isWord(run)
            || isSmallWord(run)) {
          add(Kind.WORD, run);
        } else {
          run.chars().forEach(c -> add(Kind.NAME, Character.toString(c)));
        }
      }
    }
  }

  private boolean followsDegrees() {
    int last = tokens.size() - 1;
    return last >= 0
        && (tokens.get(last).is("°")
            || (last > 0 && tokens.get(last).is("}") && tokens.get(last - 1).is("°")));
  }

  /// Returns whether two letters after a word are one as well: "answer is".
  private boolean isSmallWord(String run) {
    return Vocabulary.SMALL_WORDS.contains(run)
        && spaced
        && !tokens.isEmpty()
        && tokens.getLast().is(Kind.WORD);
  }

  private static boolean isAbbreviation(String run) {
    return Units.isMeasure(run);
  }

  private boolean isUnitAfterNumber(String run) {
    return Units.isLetter(run)
        && !tokens.isEmpty()
        && (tokens.getLast().is(Kind.NUMBER)
            || tokens.getLast().is("}")
            || tokens.getLast().is("/"));
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
      case '$' -> add(Kind.CURRENCY, "dollar");
      case 0, '(', ')', '[', ']', ',', ';', ':', '!', ' ', '&', '#', '\n', '>', '/' ->
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
    } else if (name.equals("quad") || name.equals("qquad")) {
      add(Kind.SIGN, WIDE);
    } else if (Vocabulary.INVISIBLE.contains(name)) {
      at += peek(0) == '*' ? 1 : 0;
      argument();
      spaced = true;
    } else if (name.equals("textcolor") || name.equals("colorbox")) {
      if (argument().toLowerCase(Locale.ROOT).contains("white")) {
        throw new Unreadable("text that is not seen");
      }
      spaced = true;
    } else if (Vocabulary.ACCENTS.contains(name)) {
      requireName();
      spaced = true;
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

  /// Checks that a name follows, bare or in braces: over a number an accent means something else.
  private void requireName() throws Unreadable {
    int i = at;
    while (i < text.length() && " {".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (i >= text.length() || !(isLetter(text.charAt(i)) || text.charAt(i) == '\\')) {
      throw new Unreadable("an accent over what is no name");
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
    if (!inner.isEmpty() && !inner.equals(",") && !PROSE.matcher(inner).matches()) {
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
    int end = Braces.closing(text, at);
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

  /// Returns whether the point here ends the answer, or an abbreviated word. Of several points,
  /// which leave something out, none does.
  private boolean isFullStop() {
    boolean atEnd = text.substring(at + 1).chars().allMatch(c -> c == '$' || c <= ' ');
    boolean afterWord = !tokens.isEmpty() && tokens.getLast().is(Kind.WORD) && !spaced;
    return (at == 0 || text.charAt(at - 1) != '.') && (atEnd || (afterWord && peek(1) == ' '));
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
