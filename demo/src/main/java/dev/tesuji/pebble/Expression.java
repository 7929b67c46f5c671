package dev.tesuji.pebble;

/// An expression of whole numbers.
sealed interface Expression {
  /// A number as it is written.
  record Constant(long value) implements Expression {}

  /// A variable, by the place of its letter.
  record Variable(int place) implements Expression {}

  /// Two expressions and a sign between them, one of `+ - * / %`.
  record Binary(char sign, Expression left, Expression right) implements Expression {}
}
