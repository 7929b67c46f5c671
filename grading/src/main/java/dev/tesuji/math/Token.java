package dev.tesuji.math;

/// A piece of an answer.
///
/// @param kind what it is
/// @param text a number without separators, a name, a word, an operator or a command without `\`
/// @param spaced whether white space stands before it
record Token(Kind kind, String text, boolean spaced) {
  /// The kinds of token.
  enum Kind {
    /// A number of digits, perhaps with a point and an exponent.
    NUMBER,
    /// A constant or variable.
    NAME,
    /// A function, with or without a backslash.
    FUNCTION,
    /// A word of prose or a unit.
    WORD,
    /// An operator, bracket or separator.
    SIGN,
    /// A currency's sign, by the name of its unit.
    CURRENCY,
    /// A command that takes arguments.
    COMMAND,
    /// The beginning of an environment.
    BEGIN,
    /// The end of an environment.
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }
}
