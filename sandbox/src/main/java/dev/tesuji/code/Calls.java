package dev.tesuji.code;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The calls of a program that statements in Java or C++ make, taken out of them: the program
/// answers the calls, and what is left of a statement is worked out elsewhere with the answers.
///
/// ```
/// assert(f(2) + g(f(1)) == 4)     calls  f(2), g(f(1))     left  (tesuji_0 + tesuji_1 == 4)
/// ```
///
/// @param calls the calls, as the program's language writes them
/// @param tests what is left of each statement
record Calls(List<String> calls, List<Left> tests) {
  /// The name of what a call returned, before its number.
  static final String VALUE = "tesuji_";

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");
  private static final Pattern ASSERT = Pattern.compile("assert\\b\\s*");

  /// A statement without its calls.
  ///
  /// @param expression an expression that must be true, on one line
  /// @param calls the numbers of the calls whose values it names
  /// @param trouble why it is no statement that can be run; empty where it is one
  record Left(String expression, List<Integer> calls, String trouble) {}

  /// The names that belong to a program.
  ///
  /// @param types its classes
  /// @param functions its functions that are called without a class
  /// @param holder the class that is written before those functions; empty where none is
  record Names(Set<String> types, Set<String> functions, String holder) {}

  /// Takes the calls out of statements.
  ///
  /// @param entryPoint what `candidate` stands for; null for nothing
  static Calls of(List<String> statements, Names names, @Nullable String entryPoint) {
    List<String> calls = new ArrayList<>();
    List<Left> tests = new ArrayList<>();
    for (String statement : statements) {
      String text = statement.replaceAll("//[^\n]*", " ").replaceAll("\\s+", " ").strip();
      if (entryPoint != null) {
        text = text.replaceAll("\\bcandidate\\b", Matcher.quoteReplacement(entryPoint));
      }
      String expression = expression(text);
      if (at(expression, 0, ';') >= 0 || expression.isEmpty()) {
        tests.add(
            new Left(
                "false",
                List.of(),
                "a statement must be one assert or one boolean expression, got '" + text + "'"));
      } else {
        tests.add(new Taking(expression, names, calls).left());
      }
    }
    return new Calls(List.copyOf(calls), List.copyOf(tests));
  }

  /// Returns the expression of a statement: without `assert`, its message and the semicolon.
  private static String expression(String text) {
    String plain = text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text;
    Matcher asserting = ASSERT.matcher(plain);
    if (!asserting.lookingAt()) {
      return plain;
    }
    String rest = plain.substring(asserting.end());
    int colon = at(rest, 0, ':');
    boolean message =
        colon >= 0 && !rest.startsWith("::", colon) && at(rest.substring(0, colon), 0, '?') < 0;
    return message ? rest.substring(0, colon).strip() : rest;
  }

  /// Returns where a sign stands outside brackets and texts; -1 where it does not.
  private static int at(String text, int from, char sign) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\'') {
        i = afterText(text, i) - 1;
      } else if (depth == 0 && c == sign) {
        if (c != ':' || !text.startsWith("::", i)) {
          return i;
        }
        i++;
      } else if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      }
    }
    return -1;
  }

  /// Returns where a text or a character that begins somewhere has ended.
  private static int afterText(String text, int from) {
    int i = from + 1;
    while (i < text.length() && text.charAt(i) != text.charAt(from)) {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), i + 1);
  }

  /// The calls of one expression.
  private static final class Taking {
    private final String text;
    private final Names names;
    private final List<String> calls;
    private final StringBuilder left = new StringBuilder();
    private final List<Integer> numbers = new ArrayList<>();

    Taking(String text, Names names, List<String> calls) {
      this.text = text;
      this.names = names;
      this.calls = calls;
    }

    Left left() {
      Matcher word = IDENTIFIER.matcher(text);
      int i = 0;
      while (i < text.length()) {
        char c = text.charAt(i);
        if (c == '"' || c == '\'') {
          int end = afterText(text, i);
          left.append(text, i, end);
          i = end;
        } else if (Character.isJavaIdentifierStart(c)
            && word.region(i, text.length()).lookingAt()) {
          i = word(i, word.end());
        } else if (Character.isDigit(c)) {
          int end = i;
          while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++; // 1e3 and 0x1F hold no names
          }
          left.append(text, i, end);
          i = end;
        } else {
          left.append(c);
          i++;
        }
      }
      return new Left(left.toString(), List.copyOf(new HashSet<>(numbers)), "");
    }

    /// Takes a word, or the call that it begins; returns where it ends.
    private int word(int from, int end) {
      boolean member = left.toString().stripTrailing().matches("(?s).*(?:\\.|->|::)");
      int call = member ? -1 : call(from, end);
      if (call < 0) {
        left.append(text, from, end);
        return end;
      }
      String holder = names.functions().contains(text.substring(from, end)) ? names.holder() : "";
      String made = holder + text.substring(from, call);
      left.append(VALUE).append(calls.size());
      numbers.add(calls.size());
      calls.add(made);
      return call;
    }

    /// Returns where a call of the program's ends that begins with a word; -1 where it is none.
    private int call(int from, int end) {
      String name = text.substring(from, end);
      if (name.equals("new")) {
        Matcher type = IDENTIFIER.matcher(text).region(skip(end), text.length());
        return type.lookingAt() && names.types().contains(type.group())
            ? member(bracket(type.end()))
            : -1;
      }
      if (names.functions().contains(name)) {
        return bracket(end);
      }
      if (!names.types().contains(name)) {
        return -1;
      }
      int made = bracket(end);
      return made >= 0 ? member(made) : member(end);
    }

    /// Returns the end of `.name(...)` or `::name(...)`; -1 where there is none.
    private int member(int from) {
      if (from < 0) {
        return -1;
      }
      int i = skip(from);
      int sign = text.startsWith("::", i) ? 2 : text.startsWith(".", i) ? 1 : 0;
      Matcher name =
          IDENTIFIER.matcher(text).region(Math.min(text.length(), skip(i + sign)), text.length());
      if (sign == 0 || !name.lookingAt()) {
        return -1;
      }
      int called = bracket(name.end());
      boolean inner = names.types().contains(name.group());
      return called < 0 || inner ? member(inner && called >= 0 ? called : name.end()) : called;
    }

    /// Returns the end of a bracket that begins somewhere; -1 where none does.
    private int bracket(int from) {
      int i = skip(from);
      if (i >= text.length() || "({".indexOf(text.charAt(i)) < 0) {
        return -1;
      }
      int depth = 0;
      while (i < text.length()) {
        char c = text.charAt(i);
        if (c == '"' || c == '\'') {
          i = afterText(text, i);
          continue;
        }
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        i++;
        if (depth == 0) {
          return i;
        }
      }
      return -1;
    }

    private int skip(int from) {
      int i = from;
      while (i < text.length() && text.charAt(i) == ' ') {
        i++;
      }
      return i;
    }
  }
}
