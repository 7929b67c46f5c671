package dev.tesuji.pebble;

import java.util.List;

/// A statement.
sealed interface Statement {
  /// Gives a variable a value.
  record Assign(int place, Expression value) implements Statement {}

  /// Ends the program with a value.
  record Give(Expression value) implements Statement {}

  /// Does something where a condition holds.
  record If(Condition condition, List<Statement> body) implements Statement {
    /// Copies the list.
    public If {
      body = List.copyOf(body);
    }
  }

  /// Does something as long as a condition holds.
  record While(Condition condition, List<Statement> body) implements Statement {
    /// Copies the list.
    public While {
      body = List.copyOf(body);
    }
  }

  /// Two expressions and a sign between them, one of `< > =`.
  record Condition(char sign, Expression left, Expression right) {}
}
