package dev.tesuji.jinja;

import dev.tesuji.jinja.Expression.Comparison;
import dev.tesuji.jinja.Expression.Passed;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the values of expressions.
final class Evaluator {
  private final Budget budget;
  private final Attributes attributes;
  private final Tests tests;
  private final Filters filters;
  private final Markup.Mode mode;
  private int line;

  Evaluator(Budget budget, Markup.Mode mode) {
    this.budget = budget;
    this.mode = mode;
    this.attributes = new Attributes(budget);
    this.tests = new Tests(budget);
    this.filters = new Filters(budget, attributes, tests, mode);
  }

  /// Returns the line of what is being done, for messages.
  int line() {
    return line;
  }

  /// Says which line is being done.
  void at(int place) {
    line = place;
  }

  /// Returns the value of an expression.
  ///
  /// @throws Trouble when it has none
  Value value(Expression expression, Scope scope) {
    budget.enter();
    Value value =
        switch (expression) {
          case Expression.Constant c -> c.value();
          case Expression.Name n -> variable(scope.get(n.name()), n.name());
          case Expression.ListOf l -> Sequence.list(values(l.items(), scope));
          case Expression.TupleOf t -> new Sequence(Value.Kind.TUPLE, values(t.items(), scope));
          case Expression.DictOf d -> dict(d, scope);
          case Expression.Attribute a -> {
            Value of = value(a.of(), scope);
            at(a.line());
            yield attributes.attribute(of, a.name());
          }
          case Expression.Item i -> {
            Value of = value(i.of(), scope);
            Value key = value(i.key(), scope);
            at(i.line());
            yield attributes.item(of, key);
          }
          case Expression.Slice s -> slice(s, scope);
          case Expression.Call c -> call(c, passed(c.passed(), scope), scope);
          case Expression.Filter f -> filter(f, scope);
          case Expression.Test t -> test(t, scope);
          case Expression.Sign s -> sign(s, scope);
          case Expression.Binary b -> binary(b, scope);
          case Expression.Concat c -> concat(c, scope);
          case Expression.Compare c -> compare(c, scope);
          case Expression.And a -> {
            Value left = value(a.left(), scope);
            yield Python.isTrue(left) ? value(a.right(), scope) : left;
          }
          case Expression.Or o -> {
            Value left = value(o.left(), scope);
            yield Python.isTrue(left) ? left : value(o.right(), scope);
          }
          case Expression.Not n -> Value.of(!Python.isTrue(value(n.of(), scope)));
          case Expression.Conditional c -> conditional(c, scope);
        };
    budget.leave();
    return value;
  }

  private List<Value> values(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>();
    expressions.forEach(e -> values.add(value(e, scope)));
    return values;
  }

  /// Refuses the variable that jinja2 always has, and that is no use without blocks.
  private static Value variable(Value found, String name) {
    if (name.equals("self") && found instanceof Value.Undefined) {
      throw new Trouble("'self' speaks of blocks, which a chat template has none of");
    }
    return found;
  }

  private Value dict(Expression.DictOf d, Scope scope) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < d.keys().size(); i++) {
      Value key = value(d.keys().get(i), scope);
      at(d.line());
      entries.put(Python.key(key), value(d.values().get(i), scope));
    }
    return new Mapping(entries);
  }

  private Value slice(Expression.Slice s, Scope scope) {
    Value of = value(s.of(), scope);
    Integer from = bound(s.from(), scope);
    Integer to = bound(s.to(), scope);
    Integer step = bound(s.step(), scope);
    at(s.line());
    return attributes.slice(of, from, to, step == null ? 1 : step);
  }

  private @Nullable Integer bound(@Nullable Expression expression, Scope scope) {
    Value value = expression == null ? None.NONE : value(expression, scope);
    if (value == None.NONE) {
      return null;
    }
    if (Numbers.number(Python.defined(value)) instanceof Whole w) {
      return Numbers.clamp(w.value());
    }
    throw new Trouble("slice indices must be integers, got " + Python.typeName(value));
  }

  /// Returns what is passed in a call.
  Arguments passed(Passed passed, Scope scope) {
    List<Value> positional = values(passed.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>();
    passed.named().forEach((name, e) -> named.put(name, value(e, scope)));
    if (passed.more() != null) {
      positional.addAll(Python.iterate(value(passed.more(), scope), budget));
    }
    if (passed.moreNamed() != null) {
      if (!(value(passed.moreNamed(), scope) instanceof Mapping m)) {
        throw new Trouble("argument after ** must be a dict");
      }
      Python.reading(budget, m);
      m.entries().forEach((key, value) -> named.put(Printing.str(key, budget), value));
    }
    return new Arguments(positional, named);
  }

  /// Calls something with what is passed.
  Value call(Expression.Call call, Arguments arguments, Scope scope) {
    Value function = value(call.function(), scope);
    at(call.line());
    return switch (Python.defined(function)) {
      case Value.Callable c -> c.body().call(arguments);
      case Loop l -> l.recursion().body().call(arguments);
      default -> throw new Trouble("'" + Python.typeName(function) + "' object is not callable");
    };
  }

  private Value filter(Expression.Filter f, Scope scope) {
    Value of = value(f.of(), scope);
    Arguments arguments = passed(f.passed(), scope);
    at(f.line());
    return filters.apply(f.name(), of, arguments);
  }

  private Value test(Expression.Test t, Scope scope) {
    Value of = value(t.of(), scope);
    Arguments arguments = passed(t.passed(), scope);
    at(t.line());
    return Value.of(tests.test(t.name(), of, arguments));
  }

  private Value sign(Expression.Sign s, Scope scope) {
    Value of = value(s.of(), scope);
    at(s.line());
    Value number = Numbers.number(Python.defined(of));
    if (number == null) {
      throw new Trouble("bad operand type for unary sign: '" + Python.typeName(of) + "'");
    }
    if (!s.minus()) {
      return number;
    }
    return number instanceof Whole w
        ? new Whole(w.value().negate())
        : new Value.Real(-Numbers.real(number));
  }

  private Value binary(Expression.Binary b, Scope scope) {
    Value left = value(b.left(), scope);
    Value right = value(b.right(), scope);
    at(b.line());
    return Operators.compute(b.operator(), left, right, budget);
  }

  private Value concat(Expression.Concat c, Scope scope) {
    List<Value> parts = values(c.parts(), scope);
    at(c.line());
    boolean safe = mode.on && parts.stream().anyMatch(v -> v instanceof Text t && t.safe());
    StringBuilder text = new StringBuilder();
    for (Value part : parts) {
      text.append(safe ? Markup.escape(part, budget).text() : Printing.str(part, budget));
      budget.fits(text.length());
    }
    budget.characters(text.length());
    return new Text(text.toString(), safe);
  }

  private Value compare(Expression.Compare c, Scope scope) {
    Value left = value(c.first(), scope);
    for (Comparison link : c.rest()) {
      Value right = value(link.right(), scope);
      at(c.line());
      if (!holds(link.operator(), left, right)) {
        return Value.FALSE;
      }
      left = right;
    }
    return Value.TRUE;
  }

  private boolean holds(String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> Python.equal(left, right, budget);
      case "!=" -> !Python.equal(left, right, budget);
      case "in" -> Python.contains(right, left, budget);
      case "not in" -> !Python.contains(right, left, budget);
      default -> Python.ordered(operator, left, right, budget);
    };
  }

  private Value conditional(Expression.Conditional c, Scope scope) {
    if (Python.isTrue(value(c.test(), scope))) {
      return value(c.yes(), scope);
    }
    return c.no() == null
        ? new Value.Undefined(
            "the inline if-expression evaluated to false and no else section was defined")
        : value(c.no(), scope);
  }
}
