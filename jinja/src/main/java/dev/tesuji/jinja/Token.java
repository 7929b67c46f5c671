package dev.tesuji.jinja;

/// A piece of a template's source.
///
/// @param kind what it is
/// @param text its text; for strings, what they stand for
/// @param line the line it begins on, counted from 1
record Token(Kind kind, String text, int line) {
  /// The kinds of token.
  enum Kind {
    /// Text outside of tags.
    DATA,
    /// `{%`.
    BLOCK_BEGIN,
    /// `%}`.
    BLOCK_END,
    /// `{{`.
    PRINT_BEGIN,
    /// `}}`.
    PRINT_END,
    /// A word.
    NAME,
    /// A string in quotes.
    STRING,
    /// A whole number.
    INTEGER,
    /// A number with a point or an exponent.
    FLOAT,
    /// `+`, `==`, `(` and so on.
    OPERATOR,
    /// The end of the source.
    END
  }

  boolean isName(String word) {
    return kind == Kind.NAME && text.equals(word);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  /// Says what it is in a message.
  String describe() {
    return switch (kind) {
      case DATA -> "text";
      case BLOCK_BEGIN, BLOCK_END, PRINT_BEGIN, PRINT_END, NAME, INTEGER, FLOAT, OPERATOR ->
          "'" + text + "'";
      case STRING -> "a string";
      case END -> "the end of the template";
    };
  }
}
