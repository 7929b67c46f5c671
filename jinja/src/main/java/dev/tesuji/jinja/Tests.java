package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Bool;
import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.util.List;
import java.util.Locale;

/// The tests of jinja2: what may stand behind `is`.
final class Tests {
  private static final List<String> NAMES =
      List.of(
          "boolean",
          "callable",
          "defined",
          "divisibleby",
          "eq",
          "equalto",
          "==",
          "escaped",
          "even",
          "false",
          "filter",
          "float",
          "ge",
          ">=",
          "greaterthan",
          "gt",
          ">",
          "in",
          "integer",
          "iterable",
          "le",
          "<=",
          "lessthan",
          "lower",
          "lt",
          "<",
          "mapping",
          "ne",
          "!=",
          "none",
          "number",
          "odd",
          "sameas",
          "sequence",
          "string",
          "test",
          "true",
          "undefined",
          "upper");

  private final Budget budget;

  Tests(Budget budget) {
    this.budget = budget;
  }

  /// Returns whether a value passes a test.
  ///
  /// @throws Trouble when there is no such test, or it cannot be made of this value
  boolean test(String name, Value value, Arguments arguments) {
    budget.steps(1);
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "true" -> value instanceof Bool b && b.is();
      case "false" -> value instanceof Bool b && !b.is();
      case "boolean" -> value instanceof Bool;
      case "integer" -> value instanceof Whole;
      case "float" -> value instanceof Real;
      case "number" -> Numbers.number(value) != null;
      case "string" -> value instanceof Text;
      case "mapping" -> value instanceof Mapping;
      case "iterable" -> isWalkable(value) || value instanceof Sequence;
      case "sequence" -> isWalkable(value) || (value instanceof Sequence s && s.kind().hasPlaces());
      case "callable" -> value instanceof Callable || value instanceof Undefined;
      case "escaped" -> value instanceof Text t && t.safe();
      case "filter" -> value instanceof Text t && Filters.NAMES.contains(t.text());
      case "test" -> value instanceof Text t && NAMES.contains(t.text());
      case "odd" -> rest(value, Whole.of(2)).value().signum() != 0;
      case "even" -> rest(value, Whole.of(2)).value().signum() == 0;
      case "lower", "upper" -> hasCase(Printing.str(value, budget), name.equals("upper"));
      default -> compared(name, value, arguments);
    };
  }

  private boolean compared(String name, Value value, Arguments arguments) {
    if (!NAMES.contains(name)) {
      throw new Trouble("No test named '" + name + "'" + Suggestion.hint(name, NAMES));
    }
    Value other = Bound.of(arguments, name, "other").value(0);
    return switch (name) {
      case "eq", "equalto", "==" -> Python.equal(value, other, budget);
      case "ne", "!=" -> !Python.equal(value, other, budget);
      case "lt", "lessthan", "<" -> Python.ordered("<", value, other, budget);
      case "le", "<=" -> Python.ordered("<=", value, other, budget);
      case "gt", "greaterthan", ">" -> Python.ordered(">", value, other, budget);
      case "ge", ">=" -> Python.ordered(">=", value, other, budget);
      case "in" -> Python.contains(other, value, budget);
      case "sameas" -> same(value, other);
      case "divisibleby" -> rest(value, other).value().signum() == 0;
      default -> throw new IllegalStateException(name);
    };
  }

  private static boolean isWalkable(Value value) {
    return value instanceof Text || value instanceof Mapping || value instanceof Undefined;
  }

  private static Whole rest(Value value, Value by) {
    if (Numbers.number(Python.defined(value)) instanceof Whole a
        && Numbers.number(Python.defined(by)) instanceof Whole b
        && Numbers.compute("%", a, b) instanceof Whole rest) {
      return rest;
    }
    throw new Trouble(
        "an integer is needed, got " + Python.typeName(value) + " and " + Python.typeName(by));
  }

  private static boolean hasCase(String text, boolean upper) {
    boolean some =
        text.codePoints().anyMatch(upper ? Character::isUpperCase : Character::isLowerCase);
    return some
        && text.equals(upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT));
  }

  /// Returns whether both are the same object, which for Python's small and constant ones is
  /// equality.
  @SuppressWarnings("ReferenceEquality") // identity is what is asked for
  private static boolean same(Value a, Value b) {
    return switch (a) {
      case Text _, Whole _, Bool _, Real _ -> a.equals(b);
      default -> a == b;
    };
  }
}
