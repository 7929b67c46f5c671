package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Python's binary operators.
final class Operators {
  private Operators() {}

  /// Computes `left operator right`.
  ///
  /// @throws Trouble when the operator has no meaning for these two
  static Value compute(String operator, Value left, Value right, Budget budget) {
    if (operator.equals("+")) {
      return add(left, right, budget);
    }
    if (operator.equals("%") && left instanceof Text format) {
      Python.reading(budget, left);
      Formatting formatting = new Formatting(budget, format.safe());
      return format.with(formatting.percent(format.text(), Python.defined(right)));
    }
    Value a = Numbers.number(Python.defined(left));
    Value b = Numbers.number(Python.defined(right));
    if (a != null && b != null) {
      return Numbers.compute(operator, a, b);
    }
    if (operator.equals("*")) {
      Value repeated = b instanceof Whole times ? repeat(left, times, budget) : null;
      repeated = repeated == null && a instanceof Whole w ? repeat(right, w, budget) : repeated;
      if (repeated != null) {
        return repeated;
      }
    }
    throw unsupported(operator, left, right);
  }

  /// Computes `left + right`.
  ///
  /// @throws Trouble when they cannot be added
  static Value add(Value left, Value right, Budget budget) {
    Value a = Numbers.number(Python.defined(left));
    Value b = Numbers.number(Python.defined(right));
    if (a != null && b != null) {
      return Numbers.compute("+", a, b);
    }
    if (left instanceof Text t && right instanceof Text u) {
      budget.characters((long) t.text().length() + u.text().length());
      return t.safe() || u.safe()
          ? new Text(Markup.escape(t, budget).text() + Markup.escape(u, budget).text(), true)
          : new Text(t.text() + u.text());
    }
    if (left instanceof Sequence s && right instanceof Sequence u) {
      boolean tuples = s.kind().isTuple() && u.kind().isTuple();
      if (tuples || (s.kind() == Kind.LIST && u.kind() == Kind.LIST)) {
        budget.steps((long) s.items().size() + u.items().size());
        List<Value> all = new ArrayList<>(s.items());
        all.addAll(u.items());
        return new Sequence(tuples ? Kind.TUPLE : Kind.LIST, all);
      }
    }
    if (left instanceof Text || (left instanceof Sequence s && s.kind() == Kind.LIST)) {
      String type = Python.typeName(left);
      throw new Trouble(
          "can only concatenate " + type + " (not \"" + Python.typeName(right) + "\") to " + type);
    }
    throw unsupported("+", left, right);
  }

  private static @Nullable Value repeat(Value value, Whole times, Budget budget) {
    int n = Math.max(0, Numbers.clamp(times.value()));
    return switch (value) {
      case Text t -> {
        budget.characters((long) t.text().length() * n);
        yield t.with(t.text().repeat(t.text().isEmpty() ? 0 : n));
      }
      case Sequence s when s.kind() == Kind.LIST || s.kind().isTuple() -> {
        budget.steps((long) s.items().size() * n);
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < n && !s.items().isEmpty(); i++) {
          all.addAll(s.items());
        }
        yield new Sequence(s.kind().isTuple() ? Kind.TUPLE : Kind.LIST, all);
      }
      default -> null;
    };
  }

  private static Trouble unsupported(String operator, Value left, Value right) {
    return new Trouble(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + Python.typeName(left)
            + "' and '"
            + Python.typeName(right)
            + "'");
  }
}
