package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Namespace;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions that every chat template can call: jinja2's, and the two that transformers adds.
final class Functions {
  private static final int LONGEST_RANGE = 100_000; // jinja2's sandbox has the same

  private final Budget budget;
  private final Clock clock;

  Functions(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
  }

  /// Returns the scope around everything.
  Scope scope() {
    Scope scope = new Scope(null);
    define(scope, "range", this::range);
    define(scope, "namespace", a -> new Namespace(fields(a)));
    define(scope, "dict", this::dict);
    define(scope, "joiner", Functions::joiner);
    define(scope, "cycler", Functions::cycler);
    define(
        scope,
        "lipsum",
        _ -> {
          throw new Trouble(
              "function 'lipsum' is refused: a rendering must be the same every time, and this one"
                  + " writes filler text by chance");
        });
    define(
        scope,
        "raise_exception",
        a -> {
          throw new TemplateException(
              Printing.str(Bound.of(a, "raise_exception", "message").value(0), budget));
        });
    define(
        scope,
        "strftime_now",
        a -> {
          String format = Bound.of(a, "strftime_now", "format").text(0);
          return new Text(Strftime.format(format, LocalDateTime.now(clock)));
        });
    return scope;
  }

  private static void define(Scope scope, String name, Callable.Body body) {
    scope.set(name, new Callable(name, body));
  }

  private Value range(Arguments arguments) {
    Bound bound = Bound.of(arguments, "range", "start", "stop", "step");
    long start = bound.has(1) ? bound.whole(0) : 0;
    long stop = bound.has(1) ? bound.whole(1) : bound.whole(0);
    long step = bound.whole(2, 1);
    if (step == 0) {
      throw new Trouble("range() arg 3 must not be zero");
    }
    long distance = step > 0 ? stop - start : start - stop;
    long size = Math.max(0, (distance + Math.abs(step) - 1) / Math.abs(step));
    if (size > LONGEST_RANGE) {
      throw new Trouble(
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE ("
              + LONGEST_RANGE
              + ").");
    }
    budget.steps(size);
    List<Value> items = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      items.add(Whole.of(start + i * step));
    }
    return new Sequence(Value.Kind.RANGE, items);
  }

  private Map<String, Value> fields(Arguments arguments) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (Value positional : arguments.positional()) {
      entries(positional).forEach((key, value) -> fields.put(Printing.str(key, budget), value));
    }
    fields.putAll(arguments.named());
    return fields;
  }

  private Value dict(Arguments arguments) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    arguments.positional().forEach(p -> entries.putAll(entries(p)));
    arguments.named().forEach((name, value) -> entries.put(new Text(name), value));
    return new Mapping(entries);
  }

  private Map<Value, Value> entries(Value value) {
    Python.reading(budget, value);
    if (value instanceof Mapping m) {
      return m.entries();
    }
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (Value pair : Python.iterate(value, budget)) {
      List<Value> parts = Python.iterate(pair, budget);
      if (parts.size() != 2) {
        throw new Trouble("a dict is made of pairs, got " + parts.size() + " values");
      }
      entries.put(Python.key(parts.get(0)), parts.get(1));
    }
    return entries;
  }

  /// Makes something whose `next()` gives its items one after the other, again and again.
  private static Value cycler(Arguments arguments) {
    List<Value> items = arguments.positional();
    if (items.isEmpty()) {
      throw new Trouble("at least one item has to be provided");
    }
    int[] place = {0};
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("current", items.getFirst());
    fields.put(
        "next",
        new Callable(
            "next",
            _ -> {
              Value now = items.get(place[0]);
              place[0] = (place[0] + 1) % items.size();
              fields.put("current", items.get(place[0]));
              return now;
            }));
    fields.put(
        "reset",
        new Callable(
            "reset",
            _ -> {
              place[0] = 0;
              fields.put("current", items.getFirst());
              return Value.None.NONE;
            }));
    return new Namespace(fields);
  }

  /// Gives nothing the first time that it is called and a separator from then on.
  private static Value joiner(Arguments arguments) {
    String separator = Bound.of(arguments, "joiner", "sep").text(0, ", ");
    boolean[] used = {false};
    return new Callable(
        "joiner",
        _ -> {
          Text text = used[0] ? new Text(separator) : Value.EMPTY;
          used[0] = true;
          return text;
        });
  }
}
