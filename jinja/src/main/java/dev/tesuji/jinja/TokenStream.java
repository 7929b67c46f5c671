package dev.tesuji.jinja;

import dev.tesuji.jinja.Token.Kind;
import java.util.List;

/// The tokens of a template, taken one after the other.
final class TokenStream {
  /// The deepest nesting of tags and brackets in a source. Each takes some fifteen Java frames.
  private static final int DEPTH = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token after() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean skipName(String word) {
    boolean here = peek().isName(word);
    if (here) {
      at++;
    }
    return here;
  }

  boolean skipOperator(String operator) {
    boolean here = peek().isOperator(operator);
    if (here) {
      at++;
    }
    return here;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String word) {
    if (!skipName(word)) {
      throw unexpected("'" + word + "'");
    }
  }

  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  Trouble unexpected(String expected) {
    return new Trouble(line(), "expected " + expected + ", got " + peek().describe());
  }

  /// Goes one level down.
  void enter() {
    depth++;
    if (depth > DEPTH) {
      throw new Trouble(line(), "nests more than " + DEPTH + " deep");
    }
  }

  /// Comes back up.
  void leave() {
    depth--;
  }

  int place() {
    return at;
  }

  /// Returns whether a word occurs between a place and here.
  boolean hasNameSince(int place, String word) {
    return tokens.subList(place, at).stream().anyMatch(t -> t.isName(word));
  }
}
