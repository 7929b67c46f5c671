package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Bool;
import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Namespace;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's operations on any value: truth, equality, order, walking.
final class Python {
  private Python() {}

  static boolean isTrue(Value value) {
    return switch (value) {
      case Undefined _ -> false;
      case None _ -> false;
      case Bool b -> b.is();
      case Whole w -> w.value().signum() != 0;
      case Real r -> r.value() != 0;
      case Text t -> !t.text().isEmpty();
      case Sequence s -> s.kind() == Kind.GENERATOR || !s.items().isEmpty();
      case Mapping m -> !m.entries().isEmpty();
      case Namespace _, Callable _, Loop _ -> true;
    };
  }

  /// Returns the name of a value's type, for messages.
  static String typeName(Value value) {
    return switch (value) {
      case Undefined _ -> "Undefined";
      case None _ -> "NoneType";
      case Bool _ -> "bool";
      case Whole _ -> "int";
      case Real _ -> "float";
      case Text _ -> "str";
      case Sequence s -> s.kind().python;
      case Mapping _ -> "dict";
      case Namespace _ -> "Namespace";
      case Callable _ -> "function";
      case Loop _ -> "LoopContext";
    };
  }

  /// Refuses an undefined value where something must be done with it.
  static Value defined(Value value) {
    if (value instanceof Undefined u) {
      throw new Trouble(u.hint());
    }
    return value;
  }

  static boolean equal(Value a, Value b, Budget budget) {
    return equal(a, b, budget, 0);
  }

  @SuppressWarnings("ReferenceEquality") // what is neither data nor text equals only itself
  private static boolean equal(Value a, Value b, Budget budget, int depth) {
    Budget.checkNesting(depth);
    budget.steps(1);
    Value x = Numbers.number(a);
    Value y = Numbers.number(b);
    if (x != null && y != null) {
      Integer order = Numbers.compare(x, y);
      return order != null && order == 0;
    }
    return switch (a) {
      case Text t -> {
        budget.characters(t.text().length());
        yield b instanceof Text u && t.text().equals(u.text());
      }
      case Sequence s when b instanceof Sequence u -> sameItems(s, u, budget, depth);
      case Mapping m when b instanceof Mapping n -> {
        boolean same = m.entries().size() == n.entries().size();
        for (Map.Entry<Value, Value> e : m.entries().entrySet()) {
          Value other = same ? n.entries().get(e.getKey()) : null;
          same = other != null && equal(e.getValue(), other, budget, depth + 1);
          if (!same) {
            break;
          }
        }
        yield same;
      }
      case Undefined _ -> b instanceof Undefined;
      default -> a == b;
    };
  }

  private static boolean sameItems(Sequence a, Sequence b, Budget budget, int depth) {
    boolean comparable = a.kind() == b.kind() || (a.kind().isTuple() && b.kind().isTuple());
    if (!comparable || a.items().size() != b.items().size()) {
      return false;
    }
    for (int i = 0; i < a.items().size(); i++) {
      if (!equal(a.items().get(i), b.items().get(i), budget, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  /// Returns whether `a operator b` for one of `<`, `<=`, `>`, `>=`.
  ///
  /// @throws Trouble when the two have no order
  static boolean ordered(String operator, Value a, Value b, Budget budget) {
    Integer order = order(operator, defined(a), defined(b), budget, 0);
    if (order == null) {
      return false; // NaN
    }
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /// Returns how two values are ordered, for sorting.
  ///
  /// @throws Trouble when they have no order
  static int compare(Value a, Value b, Budget budget) {
    Integer order = order("<", defined(a), defined(b), budget, 0);
    return order == null ? 0 : order;
  }

  private static @Nullable Integer order(
      String operator, Value a, Value b, Budget budget, int depth) {
    Budget.checkNesting(depth);
    budget.steps(1);
    Value x = Numbers.number(a);
    Value y = Numbers.number(b);
    if (x != null && y != null) {
      return Numbers.compare(x, y);
    }
    if (a instanceof Text t && b instanceof Text u) {
      budget.characters(Math.min(t.text().length(), u.text().length()));
      return byCodePoint(t.text(), u.text());
    }
    if (a instanceof Sequence s
        && b instanceof Sequence u
        && (s.kind() == Kind.LIST || s.kind().isTuple())
        && typeName(s).equals(typeName(u))) {
      int common = Math.min(s.items().size(), u.items().size());
      for (int i = 0; i < common; i++) {
        if (!equal(s.items().get(i), u.items().get(i), budget, depth + 1)) {
          return order(operator, s.items().get(i), u.items().get(i), budget, depth + 1);
        }
      }
      return Integer.compare(s.items().size(), u.items().size());
    }
    throw new Trouble(
        "'"
            + operator
            + "' not supported between instances of '"
            + typeName(a)
            + "' and '"
            + typeName(b)
            + "'");
  }

  /// Java orders by UTF-16 units, Python by code points; they differ above U+FFFF.
  private static int byCodePoint(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i > 0 && i < a.length() && Character.isLowSurrogate(a.charAt(i))) {
      i--;
    }
    if (i >= a.length() || i >= b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    return Integer.compare(a.codePointAt(i), b.codePointAt(i));
  }

  /// Returns whether `needle in hay`.
  ///
  /// @throws Trouble when nothing can be in it
  static boolean contains(Value hay, Value needle, Budget budget) {
    Python.reading(budget, hay);
    return switch (hay) {
      case Text t -> {
        if (needle instanceof Text n) {
          yield t.text().contains(n.text());
        }
        throw new Trouble(
            "'in <string>' requires string as left operand, not " + typeName(defined(needle)));
      }
      case Mapping m -> m.entries().containsKey(key(needle));
      case Undefined _ -> false;
      default -> {
        for (Value item : iterate(hay, budget)) {
          if (equal(item, needle, budget)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /// Returns a value as the key of a dict.
  ///
  /// @throws Trouble when it can be none
  static Value key(Value value) {
    return switch (value) {
      case Text _, Whole _, Real _, Bool _, None _ -> value;
      default ->
          throw new Trouble(
              "the key of a dict must be a string or a number, got " + typeName(defined(value)));
    };
  }

  /// Returns what walking a value gives: the elements, a dict's keys, a string's characters.
  ///
  /// @throws Trouble when it cannot be walked
  static List<Value> iterate(Value value, Budget budget) {
    Python.reading(budget, value);
    return switch (value) {
      case Sequence s -> s.items();
      case Mapping m -> List.copyOf(m.entries().keySet());
      case Undefined _ -> List.of();
      case Text t -> {
        budget.steps(t.text().length());
        List<Value> characters = new ArrayList<>();
        t.text().codePoints().forEach(c -> characters.add(new Text(Character.toString(c))));
        yield characters;
      }
      default -> throw new Trouble("'" + typeName(value) + "' object is not iterable");
    };
  }

  /// Returns whether Python takes a character for whitespace.
  static boolean isSpace(int c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= 0x1f)
        || c == 0x85
        || c == 0xa0
        || (c > 0xff && Character.isSpaceChar(c));
  }

  /// Takes the steps of reading a value, its elements unread.
  static void reading(Budget budget, Value value) {
    switch (value) {
      case Value.Text t -> budget.characters(t.text().length());
      case Value.Sequence s -> budget.steps(s.items().size());
      case Value.Mapping m -> budget.steps(m.entries().size());
      default -> budget.steps(1);
    }
  }
}
