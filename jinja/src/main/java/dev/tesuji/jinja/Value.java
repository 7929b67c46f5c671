package dev.tesuji.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of the template language; it means what the Python object of its kind means.
///
/// All but [Namespace] and [Loop] never change: transformers renders in a sandbox that refuses
/// whatever would change a list or a dict.
sealed interface Value
    permits Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Whole,
        Value.Real,
        Value.Text,
        Value.Sequence,
        Value.Mapping,
        Value.Namespace,
        Value.Callable,
        Loop {
  /// A name or an attribute that does not exist: empty, false, and an error as soon as anything is
  /// asked of it.
  ///
  /// @param hint the sentence of that error, such as `'x' is undefined`
  record Undefined(String hint) implements Value {}

  /// Python's None.
  enum None implements Value {
    /// The only one.
    NONE
  }

  /// A truth value.
  record Bool(boolean is) implements Value {}

  /// An integer.
  record Whole(BigInteger value) implements Value {
    static Whole of(long value) {
      return new Whole(BigInteger.valueOf(value));
    }
  }

  /// A float.
  record Real(double value) implements Value {}

  /// A string. Python counts its code points, Java its UTF-16 units.
  ///
  /// @param safe whether it is Python's `Markup`: text that is escaped already, which escapes what
  ///   is joined to it. It equals the same text that is not
  record Text(String text, boolean safe) implements Value {
    Text(String text) {
      this(text, false);
    }

    int length() {
      return text.codePointCount(0, text.length());
    }

    /// Returns another text of the same kind.
    Text with(String other) {
      return new Text(other, safe);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text t && t.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }

  /// Values in order: a list, or something that behaves like one in part.
  record Sequence(Kind kind, List<Value> items) implements Value {
    static Sequence list(List<Value> items) {
      return new Sequence(Kind.LIST, items);
    }

    static Sequence tuple(Value... items) {
      return new Sequence(Kind.TUPLE, List.of(items));
    }

    static Sequence generator(List<Value> items) {
      return new Sequence(Kind.GENERATOR, items);
    }
  }

  /// The Python type of a [Sequence].
  enum Kind {
    /// A list.
    LIST("list"),
    /// A tuple.
    TUPLE("tuple"),
    /// What `groupby` gives: a tuple whose parts are also called `grouper` and `list`.
    GROUP("tuple"),
    /// What `range()` gives.
    RANGE("range"),
    /// What `keys()` gives.
    KEYS("dict_keys"),
    /// What `values()` gives.
    VALUES("dict_values"),
    /// What `items()` gives.
    ITEMS("dict_items"),
    /// What filters such as `map` give: it can be walked, but has no length and no places.
    GENERATOR("generator");

    final String python;

    Kind(String python) {
      this.python = python;
    }

    boolean hasPlaces() {
      return this == LIST || this == TUPLE || this == GROUP || this == RANGE;
    }

    boolean isTuple() {
      return this == TUPLE || this == GROUP;
    }
  }

  /// A dict; its keys are strings, numbers, truth values or None.
  record Mapping(Map<Value, Value> entries) implements Value {}

  /// The result of `namespace()`: the one thing that assignments inside a loop can reach.
  record Namespace(Map<String, Value> fields) implements Value {}

  /// Something that can be called: a function, a method, a macro.
  ///
  /// @param name what it is called in messages
  record Callable(String name, Body body) implements Value {
    /// The code of a callable.
    interface Body {
      /// Calls it.
      Value call(Arguments arguments);
    }
  }

  /// True.
  Bool TRUE = new Bool(true);

  /// False.
  Bool FALSE = new Bool(false);

  /// The empty string.
  Text EMPTY = new Text("");

  static Bool of(boolean is) {
    return is ? TRUE : FALSE;
  }

  /// Returns the value of a Java object: a text, a boolean, a number, null, or a list or map of
  /// such values.
  ///
  /// @throws IllegalArgumentException for an object of another kind
  static Value of(@Nullable Object object) {
    return of(object, 0);
  }

  private static Value of(@Nullable Object object, int depth) {
    Budget.checkNesting(depth);
    return switch (object) {
      case null -> None.NONE;
      case CharSequence text -> new Text(text.toString());
      case Boolean b -> of(b.booleanValue());
      case BigInteger n -> new Whole(n);
      case Long n -> Whole.of(n);
      case Integer n -> Whole.of(n);
      case Short n -> Whole.of(n);
      case Byte n -> Whole.of(n);
      case Number n -> new Real(n.doubleValue());
      case Iterable<?> items -> {
        List<Value> list = new ArrayList<>();
        items.forEach(item -> list.add(of(item, depth + 1)));
        yield Sequence.list(list);
      }
      case Map<?, ?> map -> {
        Map<Value, Value> entries = new LinkedHashMap<>();
        map.forEach(
            (key, value) -> entries.put(new Text(String.valueOf(key)), of(value, depth + 1)));
        yield new Mapping(entries);
      }
      default ->
          throw new IllegalArgumentException(
              "a variable must be text, a boolean, a number, null, a list or a map, got "
                  + object.getClass().getName());
    };
  }
}
