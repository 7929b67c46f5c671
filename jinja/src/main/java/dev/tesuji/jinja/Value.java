package dev.tesuji.jinja;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

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
  record Text(String text) implements Value {
    int length() {
      return text.codePointCount(0, text.length());
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

  static Value of(JsonNode node) {
    return of(node, 0);
  }

  private static Value of(JsonNode node, int depth) {
    Budget.checkNesting(depth);
    return switch (node.getNodeType()) {
      case STRING -> new Text(node.stringValue());
      case BOOLEAN -> of(node.booleanValue());
      case NUMBER ->
          node.isIntegralNumber()
              ? new Whole(node.bigIntegerValue())
              : new Real(node.doubleValue());
      case ARRAY -> Sequence.list(node.valueStream().map(item -> of(item, depth + 1)).toList());
      case OBJECT -> {
        Map<Value, Value> entries = new LinkedHashMap<>();
        node.properties()
            .forEach(e -> entries.put(new Text(e.getKey()), of(e.getValue(), depth + 1)));
        yield new Mapping(entries);
      }
      case NULL, MISSING, BINARY, POJO -> None.NONE;
    };
  }
}
