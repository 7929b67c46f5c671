package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Namespace;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Access to parts of a value: `value.name`, `value[key]` and `value[from:to:step]`.
///
/// As in jinja2, `value.name` asks for a method first and for an entry then, `value['name']` the
/// other way around: `schema.items` is the method of the dict even where it has such an entry.
final class Attributes {
  /// The methods of lists and dicts that would change them; the sandbox refuses their use.
  private static final Set<String> CHANGING_LISTS =
      Set.of("append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear");

  private static final Set<String> CHANGING_DICTS =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private final Budget budget;
  private final StringMethods strings;

  Attributes(Budget budget) {
    this.budget = budget;
    this.strings = new StringMethods(budget);
  }

  /// Returns `of.name`, which may be undefined.
  Value attribute(Value of, String name) {
    Value method = own(Python.defined(of), name);
    if (method != null) {
      return method;
    }
    Value entry = of instanceof Mapping m ? m.entries().get(new Text(name)) : null;
    return entry == null ? missing(of, name) : entry;
  }

  /// Returns `of[key]`, which may be undefined.
  Value item(Value of, Value key) {
    Value found = entry(Python.defined(of), key);
    if (found == null && key instanceof Text t) {
      found = own(of, t.text());
    }
    if (found != null) {
      return found;
    }
    return key instanceof Text t
        ? missing(of, t.text())
        : new Undefined(owner(of) + " has no element " + Printing.repr(key, budget));
  }

  private @Nullable Value entry(Value of, Value key) {
    return switch (of) {
      case Mapping m ->
          key instanceof Sequence || key instanceof Mapping ? null : m.entries().get(key);
      case Sequence s when s.kind().hasPlaces() -> {
        int place = place(key, s.items().size());
        yield place < 0 ? null : s.items().get(place);
      }
      case Text t -> {
        budget.characters(t.text().length());
        int place = place(key, t.length());
        if (place < 0) {
          yield null;
        }
        int at = t.text().offsetByCodePoints(0, place);
        yield t.with(Character.toString(t.text().codePointAt(at)));
      }
      default -> null;
    };
  }

  /// Returns where a key points to, counting from the end when it is negative; -1 for nowhere.
  private static int place(Value key, int size) {
    if (Numbers.number(key) instanceof Whole w) {
      int index = Numbers.clamp(w.value());
      int place = index < 0 ? index + size : index;
      return place < size ? Math.max(place, -1) : -1;
    }
    return -1;
  }

  private static Undefined missing(Value of, String name) {
    return new Undefined("'" + owner(of) + "' has no attribute '" + name + "'");
  }

  private static String owner(Value of) {
    return of == None.NONE ? "None" : Python.typeName(of) + " object";
  }

  /// Returns a method or a field that every value of its kind has; null where it has none.
  private @Nullable Value own(Value of, String name) {
    return switch (of) {
      case Text t -> strings.method(t, name);
      case Mapping m -> method(m, name);
      case Sequence s -> method(s, name);
      case Namespace n -> n.fields().get(name);
      case Loop l -> l.attribute(name);
      default -> null;
    };
  }

  private @Nullable Value method(Sequence s, String name) {
    if (s.kind() == Kind.GROUP && (name.equals("grouper") || name.equals("list"))) {
      return s.items().get(name.equals("grouper") ? 0 : 1);
    }
    if (s.kind() == Kind.LIST && CHANGING_LISTS.contains(name)) {
      return refused("list", name);
    }
    boolean places = s.kind().hasPlaces();
    return switch (name) {
      case "index" -> places ? new Callable(name, a -> index(s, a)) : null;
      case "count" -> places ? new Callable(name, a -> count(s, a)) : null;
      case "copy" -> s.kind() == Kind.LIST ? new Callable(name, _ -> s) : null;
      default -> null;
    };
  }

  private Value index(Sequence s, Arguments arguments) {
    Value wanted = Bound.of(arguments, "index", "value").value(0);
    for (int i = 0; i < s.items().size(); i++) {
      if (Python.equal(s.items().get(i), wanted, budget)) {
        return Whole.of(i);
      }
    }
    throw new Trouble(Printing.repr(wanted, budget) + " is not in list");
  }

  private Value count(Sequence s, Arguments arguments) {
    Value wanted = Bound.of(arguments, "count", "value").value(0);
    return Whole.of(s.items().stream().filter(v -> Python.equal(v, wanted, budget)).count());
  }

  private @Nullable Value method(Mapping m, String name) {
    if (CHANGING_DICTS.contains(name)) {
      return refused("dict", name);
    }
    return switch (name) {
      case "get" ->
          new Callable(
              name,
              arguments -> {
                Bound bound = Bound.of(arguments, name, "key", "default");
                Value found = m.entries().get(Python.key(bound.value(0)));
                return found == null ? bound.value(1, None.NONE) : found;
              });
      case "items" -> new Callable(name, _ -> new Sequence(Kind.ITEMS, items(m)));
      case "keys" -> new Callable(name, _ -> new Sequence(Kind.KEYS, Python.iterate(m, budget)));
      case "values" ->
          new Callable(
              name,
              _ -> {
                Python.reading(budget, m);
                return new Sequence(Kind.VALUES, List.copyOf(m.entries().values()));
              });
      case "copy" -> new Callable(name, _ -> m);
      default -> null;
    };
  }

  /// Returns the pairs of keys and values.
  List<Value> items(Mapping m) {
    Python.reading(budget, m);
    List<Value> pairs = new ArrayList<>();
    m.entries().forEach((key, value) -> pairs.add(Sequence.tuple(key, value)));
    return pairs;
  }

  /// jinja2's sandbox gives something undefined, which complains when it is used.
  private static Undefined refused(String type, String name) {
    return new Undefined("access to attribute '" + name + "' of '" + type + "' object is unsafe.");
  }

  /// Returns `of[from:to:step]`; null bounds are left out.
  Value slice(Value of, @Nullable Integer from, @Nullable Integer to, int step) {
    Python.reading(budget, Python.defined(of));
    if (step == 0) {
      throw new Trouble("slice step cannot be zero");
    }
    return switch (of) {
      case Text t -> t.with(slice(t.text(), from, to, step));
      case Sequence s when s.kind().hasPlaces() -> {
        List<Value> part = new ArrayList<>();
        for (int i : places(s.items().size(), from, to, step)) {
          part.add(s.items().get(i));
        }
        yield new Sequence(s.kind() == Kind.GROUP ? Kind.TUPLE : s.kind(), part);
      }
      default -> new Undefined(owner(of) + " has no slices");
    };
  }

  private static String slice(String text, @Nullable Integer from, @Nullable Integer to, int step) {
    int[] characters = text.codePoints().toArray();
    StringBuilder part = new StringBuilder();
    for (int i : places(characters.length, from, to, step)) {
      part.appendCodePoint(characters[i]);
    }
    return part.toString();
  }

  /// Returns the places that a slice takes of a sequence with a size.
  private static int[] places(int size, @Nullable Integer from, @Nullable Integer to, int step) {
    int lowest = step > 0 ? 0 : -1;
    int highest = step > 0 ? size : size - 1;
    int start = from == null ? (step > 0 ? lowest : highest) : bound(from, size, lowest, highest);
    int end = to == null ? (step > 0 ? highest : lowest) : bound(to, size, lowest, highest);
    long distance = step > 0 ? (long) end - start : (long) start - end;
    long stride = Math.abs((long) step);
    int[] places = new int[(int) Math.max(0, (distance + stride - 1) / stride)];
    for (int i = 0; i < places.length; i++) {
      places[i] = (int) (start + (long) i * step);
    }
    return places;
  }

  private static int bound(int wanted, int size, int lowest, int highest) {
    int place = wanted < 0 ? wanted + size : wanted;
    return Math.clamp(place, lowest, highest);
  }
}
