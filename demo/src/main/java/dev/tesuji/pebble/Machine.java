package dev.tesuji.pebble;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of a program: its variables, and the steps that it has left.
final class Machine {
  private static final int LETTERS = 26;

  private final long[] values = new long[LETTERS];
  private final boolean[] known = new boolean[LETTERS];
  private final int most;
  private int steps;

  Machine(Map<Character, Long> inputs, int most) {
    this.most = most;
    inputs.forEach((letter, value) -> set(letter - 'a', value));
  }

  private void set(int place, long value) {
    values[place] = value;
    known[place] = true;
  }

  long run(List<Statement> statements) throws RunFault {
    Long given = all(statements);
    if (given == null) {
      throw error("the program gives nothing");
    }
    return given;
  }

  /// Does some statements.
  ///
  /// @return what they give; null where the program goes on
  private @Nullable Long all(List<Statement> statements) throws RunFault {
    for (Statement statement : statements) {
      Long given = one(statement);
      if (given != null) {
        return given;
      }
    }
    return null;
  }

  private @Nullable Long one(Statement statement) throws RunFault {
    count();
    return switch (statement) {
      case Statement.Assign(int place, Expression value) -> {
        set(place, value(value));
        yield null;
      }
      case Statement.Give(Expression value) -> value(value);
      case Statement.If(Statement.Condition condition, List<Statement> body) ->
          holds(condition) ? all(body) : null;
      case Statement.While(Statement.Condition condition, List<Statement> body) -> {
        while (holds(condition)) {
          count();
          Long given = all(body);
          if (given != null) {
            yield given;
          }
        }
        yield null;
      }
    };
  }

  private void count() throws RunFault {
    if (++steps > most) {
      throw new RunFault(RunFault.Kind.STEPS, "the program takes more than " + most + " steps");
    }
  }

  private boolean holds(Statement.Condition condition) throws RunFault {
    int order = Long.compare(value(condition.left()), value(condition.right()));
    return switch (condition.sign()) {
      case '<' -> order < 0;
      case '>' -> order > 0;
      default -> order == 0;
    };
  }

  private long value(Expression expression) throws RunFault {
    return switch (expression) {
      case Expression.Constant(long value) -> value;
      case Expression.Variable(int place) -> {
        if (!known[place]) {
          throw error("variable '" + (char) ('a' + place) + "' has no value");
        }
        yield values[place];
      }
      case Expression.Binary(char sign, Expression left, Expression right) ->
          binary(sign, value(left), value(right));
    };
  }

  private static long binary(char sign, long left, long right) throws RunFault {
    try {
      return switch (sign) {
        case '+' -> Math.addExact(left, right);
        case '-' -> Math.subtractExact(left, right);
        case '*' -> Math.multiplyExact(left, right);
        case '/' -> Math.floorDivExact(left, right);
        default -> Math.floorMod(left, right);
      };
    } catch (ArithmeticException e) {
      throw error(right == 0 ? "a division by zero" : "a number is out of range");
    }
  }

  private static RunFault error(String message) {
    return new RunFault(RunFault.Kind.ERROR, message);
  }
}
