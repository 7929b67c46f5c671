package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The filters that walk a value.
final class ListFilters {
  private final Budget budget;
  private final Attributes attributes;
  private final Tests tests;
  private final Filters filters;
  private final Markup.Mode mode;

  ListFilters(
      Budget budget, Attributes attributes, Tests tests, Filters filters, Markup.Mode mode) {
    this.budget = budget;
    this.attributes = attributes;
    this.tests = tests;
    this.filters = filters;
    this.mode = mode;
  }

  /// Applies a filter; null where there is none of that name.
  @Nullable Value apply(String name, Value value, Arguments a) {
    return switch (name) {
      case "length", "count" -> Whole.of(length(value));
      case "list" -> Sequence.list(walk(value));
      case "first" -> first(walk(value), "first");
      case "last" -> first(walk(value).reversed(), "last");
      case "items" -> items(value);
      case "join" -> join(walk(value), Bound.of(a, name, "d", "attribute"));
      case "reverse" -> reverse(value);
      case "map" -> map(walkTrue(value), a);
      case "select" -> choose(walkTrue(value), v -> v, a, true);
      case "reject" -> choose(walkTrue(value), v -> v, a, false);
      case "selectattr" -> chooseByAttribute(walkTrue(value), a, true);
      case "rejectattr" -> chooseByAttribute(walkTrue(value), a, false);
      case "batch" -> batch(walk(value), Bound.of(a, name, "linecount", "fill_with"));
      case "slice" -> slice(walk(value), Bound.of(a, name, "slices", "fill_with"));
      default -> ordered(name, value, a);
    };
  }

  private @Nullable Value ordered(String name, Value value, Arguments a) {
    return switch (name) {
      case "sum" -> sum(walk(value), Bound.of(a, name, "attribute", "start"));
      case "min" -> extreme(walk(value), Bound.of(a, name, "case_sensitive", "attribute"), 1);
      case "max" -> extreme(walk(value), Bound.of(a, name, "case_sensitive", "attribute"), -1);
      case "sort" -> {
        Bound b = Bound.of(a, name, "reverse", "case_sensitive", "attribute");
        UnaryOperator<Value> key = sortKey(b);
        yield Sequence.list(sorted(walk(value), key, b.flag(0, false)));
      }
      case "dictsort" -> dictSort(value, Bound.of(a, name, "case_sensitive", "by", "reverse"));
      case "unique" -> unique(walk(value), Bound.of(a, name, "case_sensitive", "attribute"));
      case "groupby" ->
          groupBy(walk(value), Bound.of(a, name, "attribute", "default", "case_sensitive"));
      default -> null;
    };
  }

  private List<Value> walk(Value value) {
    return Python.iterate(value, budget);
  }

  /// Walks a value where it is true: `map`, `select` and their kin take none, false and 0 for
  /// nothing to walk.
  private List<Value> walkTrue(Value value) {
    return Python.isTrue(value) ? walk(value) : List.of();
  }

  private static int length(Value value) {
    return switch (value) {
      case Text t -> t.length();
      case Sequence s when s.kind() != Kind.GENERATOR -> s.items().size();
      case Mapping m -> m.entries().size();
      case Undefined _ -> 0;
      default -> throw new Trouble("object of type '" + Python.typeName(value) + "' has no len()");
    };
  }

  private static Value first(List<Value> items, String which) {
    return items.isEmpty()
        ? new Undefined("No " + which + " item, sequence was empty.")
        : items.getFirst();
  }

  private Value items(Value value) {
    return switch (value) {
      case Undefined _ -> Sequence.generator(List.of());
      case Mapping m -> Sequence.generator(attributes.items(m));
      default -> throw new Trouble("Can only get item pairs from a mapping.");
    };
  }

  private Value join(List<Value> items, Bound bound) {
    UnaryOperator<Value> key = keyOf(bound, 1);
    if (mode.on) {
      return safeJoin(items.stream().map(key).toList(), bound.value(0, Value.EMPTY));
    }
    String separator = Printing.str(bound.value(0, Value.EMPTY), budget);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : separator).append(Printing.str(key.apply(items.get(i)), budget));
      budget.fits(text.length());
    }
    return new Text(text.toString());
  }

  /// Joins where text is escaped on its own: one safe part makes all of it safe.
  private Value safeJoin(List<Value> items, Value separator) {
    boolean safe = isSafe(separator) || items.stream().anyMatch(ListFilters::isSafe);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : part(separator, safe)).append(part(items.get(i), safe));
      budget.fits(text.length());
    }
    return new Text(text.toString(), safe);
  }

  private String part(Value value, boolean safe) {
    return safe ? Markup.escape(value, budget).text() : Printing.str(value, budget);
  }

  private static boolean isSafe(Value value) {
    return value instanceof Text t && t.safe();
  }

  private Value reverse(Value value) {
    if (value instanceof Text t) {
      StringBuilder text = new StringBuilder();
      int[] characters = t.text().codePoints().toArray();
      for (int i = characters.length - 1; i >= 0; i--) {
        text.appendCodePoint(characters[i]);
      }
      return t.with(text.toString());
    }
    return Sequence.generator(new ArrayList<>(walk(value)).reversed());
  }

  private Value map(List<Value> items, Arguments arguments) {
    UnaryOperator<Value> each;
    if (arguments.positional().isEmpty()) {
      Bound bound = Bound.of(arguments, "map", "attribute", "default");
      each = keyOf(bound, 0, bound.has(1) ? bound.value(1) : null);
    } else {
      String name = name(arguments.positional().getFirst());
      Arguments rest = arguments.rest();
      each = value -> filters.apply(name, value, rest);
    }
    List<Value> mapped = new ArrayList<>();
    items.forEach(item -> mapped.add(each.apply(item)));
    return Sequence.generator(mapped);
  }

  private static String name(Value value) {
    if (value instanceof Text t) {
      return t.text();
    }
    throw new Trouble(
        "the name of a filter or test must be a string, got " + Python.typeName(value));
  }

  private Value choose(
      List<Value> items, UnaryOperator<Value> key, Arguments arguments, boolean wanted) {
    List<Value> chosen = new ArrayList<>();
    for (Value item : items) {
      Value value = key.apply(item);
      boolean passes =
          arguments.positional().isEmpty()
              ? Python.isTrue(value)
              : tests.test(name(arguments.positional().getFirst()), value, arguments.rest());
      if (passes == wanted) {
        chosen.add(item);
      }
    }
    return Sequence.generator(chosen);
  }

  private Value chooseByAttribute(List<Value> items, Arguments arguments, boolean wanted) {
    if (arguments.positional().isEmpty()) {
      throw new Trouble("selectattr() and rejectattr() need the name of an attribute");
    }
    Value attribute = arguments.positional().getFirst();
    return choose(items, v -> attribute(v, attribute, null), arguments.rest(), wanted);
  }

  /// Returns what leads from an element to the attribute that an argument names; the element itself
  /// where none is named.
  private UnaryOperator<Value> keyOf(Bound bound, int argument) {
    return keyOf(bound, argument, null);
  }

  private UnaryOperator<Value> keyOf(Bound bound, int argument, @Nullable Value otherwise) {
    if (!bound.has(argument)) {
      return value -> value;
    }
    Value path = bound.value(argument);
    return value -> attribute(value, path, otherwise);
  }

  /// Follows a path such as `a.b.0`.
  private Value attribute(Value value, Value path, @Nullable Value otherwise) {
    if (path instanceof Whole) {
      return attributes.item(value, path);
    }
    Value found = value;
    for (String part : Strings.split(name(path), ".", -1, false)) {
      boolean place =
          !part.isEmpty() && part.length() < 9 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      found = attributes.item(found, place ? Whole.of(Integer.parseInt(part)) : new Text(part));
      if (found instanceof Undefined && otherwise != null) {
        found = otherwise;
      }
    }
    return found;
  }

  /// Makes a key of a text the same in large and small letters, unless an argument is true.
  private UnaryOperator<Value> folded(Bound bound, int argument, UnaryOperator<Value> key) {
    if (bound.flag(argument, false)) {
      return key;
    }
    return value -> {
      Value found = key.apply(value);
      return found instanceof Text t ? new Text(t.text().toLowerCase(Locale.ROOT)) : found;
    };
  }

  /// `sort` takes several attributes with commas between them, and sorts by lists of keys: equal
  /// values, such as two nones, are then never compared.
  private UnaryOperator<Value> sortKey(Bound bound) {
    if (!bound.has(2) || !(bound.value(2) instanceof Text path) || path.text().indexOf(',') < 0) {
      UnaryOperator<Value> key = folded(bound, 1, keyOf(bound, 2));
      return value -> Sequence.tuple(key.apply(value));
    }
    List<UnaryOperator<Value>> keys = new ArrayList<>();
    for (String part : Strings.split(path.text(), ",", -1, false)) {
      keys.add(folded(bound, 1, value -> attribute(value, new Text(part), null)));
    }
    return value ->
        Sequence.tuple(keys.stream().map(key -> key.apply(value)).toArray(Value[]::new));
  }

  private List<Value> sorted(List<Value> items, UnaryOperator<Value> key, boolean reverse) {
    record Keyed(Value key, Value item) {}
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
    Comparator<Keyed> order = (a, b) -> Python.compare(a.key(), b.key(), budget);
    try {
      keyed.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) { // NaN has no place in an order
      throw new Trouble("these values have no order: " + e.getMessage());
    }
    return keyed.stream().map(Keyed::item).toList();
  }

  private Value sum(List<Value> items, Bound bound) {
    UnaryOperator<Value> key = keyOf(bound, 0);
    Value total = bound.value(1, Whole.of(0));
    for (Value item : items) {
      total = Operators.add(total, key.apply(item), budget);
    }
    return total;
  }

  private Value extreme(List<Value> items, Bound bound, int sign) {
    UnaryOperator<Value> key = folded(bound, 0, keyOf(bound, 1));
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Value best = items.getFirst();
    for (Value item : items) {
      if (sign * Python.compare(key.apply(item), key.apply(best), budget) < 0) {
        best = item;
      }
    }
    return best;
  }

  private Value dictSort(Value value, Bound bound) {
    if (!(value instanceof Mapping m)) {
      throw new Trouble("dictsort needs a dict, got " + Python.typeName(value));
    }
    String by = bound.text(1, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new Trouble("You can only sort by either \"key\" or \"value\"");
    }
    Whole place = Whole.of(by.equals("key") ? 0 : 1);
    UnaryOperator<Value> key = folded(bound, 0, pair -> attributes.item(pair, place));
    return Sequence.list(sorted(attributes.items(m), key, bound.flag(2, false)));
  }

  private Value unique(List<Value> items, Bound bound) {
    UnaryOperator<Value> key = folded(bound, 0, keyOf(bound, 1));
    List<Value> seen = new ArrayList<>();
    List<Value> kept = new ArrayList<>();
    for (Value item : items) {
      Value own = key.apply(item);
      if (seen.stream().noneMatch(other -> Python.equal(other, own, budget))) {
        seen.add(own);
        kept.add(item);
      }
    }
    return Sequence.generator(kept);
  }

  private Value groupBy(List<Value> items, Bound bound) {
    UnaryOperator<Value> own = keyOf(bound, 0, bound.has(1) ? bound.value(1) : null);
    UnaryOperator<Value> key = folded(bound, 2, own);
    List<Value> groups = new ArrayList<>();
    List<Value> members = new ArrayList<>();
    for (Value item : sorted(items, key, false)) {
      boolean same =
          !members.isEmpty()
              && Python.equal(key.apply(members.getFirst()), key.apply(item), budget);
      if (!same) {
        members = new ArrayList<>();
        groups.add(new Sequence(Kind.GROUP, List.of(own.apply(item), Sequence.list(members))));
      }
      members.add(item);
    }
    return Sequence.list(groups);
  }

  private Value batch(List<Value> items, Bound bound) {
    int size = Math.max(1, bound.whole(0));
    List<Value> rows = new ArrayList<>();
    for (int i = 0; i < items.size(); i += size) {
      List<Value> row =
          new ArrayList<>(items.subList(i, (int) Math.min(items.size(), (long) i + size)));
      if (bound.has(1)) {
        budget.steps(size - row.size());
        row.addAll(Collections.nCopies(size - row.size(), bound.value(1)));
      }
      rows.add(Sequence.list(row));
      if (size > items.size()) {
        break;
      }
    }
    return Sequence.generator(rows);
  }

  private Value slice(List<Value> items, Bound bound) {
    int slices = bound.whole(0);
    if (slices < 1) {
      throw new Trouble("slice() must make at least 1 slice, got " + slices);
    }
    budget.steps(slices);
    List<Value> columns = new ArrayList<>();
    int shortest = items.size() / slices;
    int longer = items.size() % slices;
    int at = 0;
    for (int i = 0; i < slices; i++) {
      int end = at + shortest + (i < longer ? 1 : 0);
      List<Value> column = new ArrayList<>(items.subList(at, end));
      if (bound.has(1) && i >= longer && bound.value(1) != None.NONE) {
        column.add(bound.value(1));
      }
      columns.add(Sequence.list(column));
      at = end;
    }
    return Sequence.generator(columns);
  }
}
