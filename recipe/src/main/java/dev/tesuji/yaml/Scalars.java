package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Yaml.Scalar;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Texts, numbers, truth values, paths and constants of enumerations.
final class Scalars {
  private Scalars() {}

  /// Reads a value of a type.
  ///
  /// @throws BadInput naming the place, the key and what it must be
  static Object read(Class<?> type, Scalar s, String key) {
    String text = s.text();
    try {
      if (type == String.class) {
        return text;
      } else if (type == Path.class) {
        return Paths.local(text, s.place());
      } else if (isWhole(type)) {
        String digits = text.replace("_", "");
        return type == int.class || type == Integer.class
            ? (Object) Integer.parseInt(digits)
            : (Object) Long.parseLong(digits);
      } else if (isNumber(type)) {
        return Double.parseDouble(text.replace("_", ""));
      } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
        return text.equals("true");
      } else if (type.isEnum()) {
        return constant(type, text);
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput(s.place().label() + ": " + wrong(type, text, key), e);
    }
    throw s.place().bad(wrong(type, text, key));
  }

  private static String wrong(Class<?> type, String text, String key) {
    return "'" + key + "' must be " + describe(type) + ", got '" + text + "'";
  }

  private static Object constant(Class<?> type, String text) {
    String wanted = text.replace('-', '_').replace("+", "_plus").toUpperCase(Locale.ROOT);
    return Arrays.stream(type.getEnumConstants())
        .filter(c -> ((Enum<?>) c).name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  static boolean isWhole(Class<?> type) {
    return type == int.class || type == Integer.class || type == long.class || type == Long.class;
  }

  static boolean isNumber(Class<?> type) {
    return type == double.class || type == Double.class;
  }

  /// Returns what a value of a type must be, for people.
  static String describe(Class<?> type) {
    if (isWhole(type)) {
      return "a whole number";
    } else if (isNumber(type)) {
      return "a number";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type.isEnum()) {
      return "one of " + String.join(", ", words(type));
    }
    return type == Path.class ? "a path" : "text";
  }

  /// Returns the constants of an enumeration as YAML has them.
  static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> word((Enum<?>) c)).toList();
  }

  /// Returns a constant as YAML has it.
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
