package dev.tesuji.jinja;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arguments by the place of their parameters.
@SuppressWarnings("ArrayRecordComponent")
record Bound(String function, String[] parameters, @Nullable Value[] values) {
  /// Puts what was passed in the order of the parameters.
  ///
  /// @throws Trouble when there is too much of it, or a name that is no parameter
  static Bound of(Arguments arguments, String function, String... parameters) {
    List<Value> positional = arguments.positional();
    if (positional.size() > parameters.length) {
      throw new Trouble(
          function
              + "() takes at most "
              + parameters.length
              + " arguments, got "
              + positional.size());
    }
    @Nullable Value[] values = new @Nullable Value[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
    }
    arguments
        .named()
        .forEach((name, value) -> {
          int place = Arrays.asList(parameters).indexOf(name);
          if (place < 0 || values[place] != null) {
            throw new Trouble(
                function
                    + "() got "
                    + (place < 0 ? "an unknown argument" : "two values for its argument")
                    + " '"
                    + name
                    + "'");
          }
          values[place] = value;
        });
    return new Bound(function, parameters, values);
  }

  boolean has(int i) {
    return values[i] != null && values[i] != Value.None.NONE;
  }

  Value value(int i) {
    Value value = values[i];
    if (value == null) {
      throw new Trouble(function + "() needs the argument '" + parameters[i] + "'");
    }
    return value;
  }

  Value value(int i, Value otherwise) {
    Value value = values[i];
    return value == null ? otherwise : value;
  }

  boolean flag(int i, boolean otherwise) {
    Value value = values[i];
    return value == null ? otherwise : Python.isTrue(value);
  }

  String text(int i) {
    if (value(i) instanceof Value.Text t) {
      return t.text();
    }
    throw wrong(i, "a string");
  }

  String text(int i, String otherwise) {
    return has(i) ? text(i) : otherwise;
  }

  /// Returns a number, brought into the range of an int.
  int whole(int i) {
    BigInteger number =
        switch (value(i)) {
          case Value.Whole w -> w.value();
          case Value.Bool b -> b.is() ? BigInteger.ONE : BigInteger.ZERO;
          default -> throw wrong(i, "an integer");
        };
    return Numbers.clamp(number);
  }

  int whole(int i, int otherwise) {
    return has(i) ? whole(i) : otherwise;
  }

  private Trouble wrong(int i, String what) {
    return new Trouble(
        function
            + "(): argument '"
            + parameters[i]
            + "' must be "
            + what
            + ", got "
            + Python.typeName(value(i)));
  }
}
