package dev.tesuji.pebble;

import java.util.ArrayList;
import java.util.List;

/// Reads programs, character by character.
final class Parser {
  /// How deep brackets may go.
  static final int DEEPEST = 50;

  private static final int MOST_DIGITS = 18;

  private final String text;
  private int at;
  private int depth;

  Parser(String text) {
    this.text = text;
  }

  List<Statement> program() throws SyntaxFault {
    List<Statement> statements = statements();
    if (at < text.length()) {
      throw fault("the beginning of a statement");
    }
    return statements;
  }

  private List<Statement> statements() throws SyntaxFault {
    List<Statement> statements = new ArrayList<>();
    skipEnds();
    while (at < text.length() && text.charAt(at) != '}') {
      statements.add(statement());
      int before = at;
      skipEnds();
      boolean apart = at > before || at == text.length() || text.charAt(at) == '}';
      if (!apart && text.charAt(at - 1) != '}') {
        throw fault("the end of the statement");
      }
    }
    return statements;
  }

  private Statement statement() throws SyntaxFault {
    String word = word();
    return switch (word) {
      case "give" -> new Statement.Give(sum());
      case "if" -> new Statement.If(condition(), block());
      case "while" -> new Statement.While(condition(), block());
      default -> {
        if (word.length() != 1) {
          at -= word.length();
          throw fault("the beginning of a statement");
        }
        take('=');
        yield new Statement.Assign(word.charAt(0) - 'a', sum());
      }
    };
  }

  private Statement.Condition condition() throws SyntaxFault {
    Expression left = sum();
    char sign = peek();
    if (sign != '<' && sign != '>' && sign != '=') {
      throw fault("'<', '>' or '='");
    }
    at++;
    return new Statement.Condition(sign, left, sum());
  }

  private List<Statement> block() throws SyntaxFault {
    enter();
    take('{');
    List<Statement> body = statements();
    take('}');
    depth--;
    return body;
  }

  private Expression sum() throws SyntaxFault {
    Expression left = product();
    for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
      at++;
      left = new Expression.Binary(sign, left, product());
    }
    return left;
  }

  private Expression product() throws SyntaxFault {
    Expression left = value();
    for (char sign = peek(); sign == '*' || sign == '/' || sign == '%'; sign = peek()) {
      at++;
      left = new Expression.Binary(sign, left, value());
    }
    return left;
  }

  private Expression value() throws SyntaxFault {
    char next = peek();
    if (next == '(') {
      enter();
      at++;
      Expression inner = sum();
      take(')');
      depth--;
      return inner;
    }
    if (next >= '0' && next <= '9') {
      return number();
    }
    String word = word();
    if (word.length() != 1) {
      at -= word.length();
      throw fault("a number, a letter or '('");
    }
    return new Expression.Variable(word.charAt(0) - 'a');
  }

  private Expression number() throws SyntaxFault {
    int begin = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at - begin > MOST_DIGITS) {
      at = begin;
      throw fault("a number of at most " + MOST_DIGITS + " digits");
    }
    return new Expression.Constant(Long.parseLong(text.substring(begin, at)));
  }

  private String word() {
    peek();
    int begin = at;
    while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
      at++;
    }
    return text.substring(begin, at);
  }

  /// Returns the next character that is no blank, and 0 at the end.
  private char peek() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void take(char expected) throws SyntaxFault {
    if (peek() != expected) {
      throw fault("'" + expected + "'");
    }
    at++;
  }

  private void skipEnds() {
    while (at < text.length() && " \n;".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void enter() throws SyntaxFault {
    if (++depth > DEEPEST) {
      throw fault("at most " + DEEPEST + " brackets deep");
    }
  }

  private SyntaxFault fault(String expected) {
    return new SyntaxFault(
        at, expected, at < text.length() ? "'" + text.charAt(at) + "'" : "the end");
  }
}
