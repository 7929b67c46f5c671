package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The metadata of a file, each field checked when it is read. Lists can be read while the file is
/// open.
public final class GgufMetadata {
  private final Path file;
  private final Map<String, Object> values;

  GgufMetadata(Path file, Map<String, Object> values) {
    this.file = file;
    this.values = Collections.unmodifiableMap(values);
  }

  /// Returns the file, for messages.
  public Path file() {
    return file;
  }

  /// Returns the names of all fields.
  public Set<String> keys() {
    return values.keySet();
  }

  /// Returns whether a field is there.
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /// Reads a text; null where there is none.
  public @Nullable String textOrNull(String key) {
    Object value = values.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw bad(key, "must be text", shown(value));
  }

  /// Reads a text that must be there.
  public String text(String key) {
    String text = textOrNull(key);
    if (text == null) {
      throw missing(key);
    }
    return text;
  }

  /// Reads a yes or no.
  public boolean flag(String key, boolean absent) {
    Object value = values.get(key);
    return switch (value) {
      case null -> absent;
      case Boolean flag -> flag;
      case Object other -> throw bad(key, "must be true or false", shown(other));
    };
  }

  /// Reads a number.
  public double number(String key, double absent) {
    Object value = values.get(key);
    return switch (value) {
      case null -> absent;
      case Double number when Double.isFinite(number) -> number;
      case Long whole -> whole;
      case Object other -> throw bad(key, "must be a number", shown(other));
    };
  }

  /// Reads a whole number from 0; a list with one per layer must have the same one throughout.
  ///
  /// @param absent what it is where it is missing; negative where it must not be
  public int whole(String key, int absent) {
    Object value = values.get(key);
    if (value == null) {
      if (absent < 0) {
        throw missing(key);
      }
      return absent;
    }
    if (value instanceof GgufArray) {
      int[] each = wholes(key);
      for (int one : each) {
        if (one != each[0]) {
          throw bad(key, "must be the same in every layer", each[0] + " and " + one);
        }
      }
      value = each.length == 0 ? null : (Long) (long) each[0];
    }
    if (value instanceof Long whole && whole >= 0 && whole <= Integer.MAX_VALUE) {
      return whole.intValue();
    }
    throw bad(key, "must be a whole number from 0 to 2^31 - 1", shown(value));
  }

  /// Reads a list of texts; empty where there is none.
  public List<String> texts(String key) {
    GgufArray array = array(key, ValueKind.STRING);
    List<String> texts = new ArrayList<>();
    if (array != null) {
      Cursor cursor = new Cursor(file, array.bytes());
      for (int i = 0; i < array.count(); i++) {
        texts.add(cursor.text(key));
      }
    }
    return texts;
  }

  /// Reads a list of whole numbers; empty where there is none.
  public int[] wholes(String key) {
    GgufArray array =
        array(
            key,
            ValueKind.INT32,
            ValueKind.UINT32,
            ValueKind.INT64,
            ValueKind.UINT64,
            ValueKind.UINT16,
            ValueKind.INT16,
            ValueKind.UINT8,
            ValueKind.INT8);
    if (array == null) {
      return new int[0];
    }
    int[] wholes = new int[array.count()];
    Cursor cursor = new Cursor(file, array.bytes());
    for (int i = 0; i < wholes.length; i++) {
      long value = (Long) cursor.plain(key, array.kind());
      if (value != (int) value) {
        throw bad(key, "must hold numbers of 32 bits", value);
      }
      wholes[i] = (int) value;
    }
    return wholes;
  }

  /// Reads a list of numbers; empty where there is none.
  public double[] numbers(String key) {
    GgufArray array = array(key, ValueKind.FLOAT32, ValueKind.FLOAT64);
    if (array == null) {
      return new double[0];
    }
    double[] numbers = new double[array.count()];
    Cursor cursor = new Cursor(file, array.bytes());
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (Double) cursor.plain(key, array.kind());
    }
    return numbers;
  }

  private @Nullable GgufArray array(String key, ValueKind... kinds) {
    Object value = values.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof GgufArray array && List.of(kinds).contains(array.kind())) {
      return array;
    }
    String wanted = kinds[0] == ValueKind.STRING ? "texts" : "numbers";
    throw bad(key, "must be a list of " + wanted, shown(value));
  }

  private static Object shown(@Nullable Object value) {
    return value instanceof GgufArray array
        ? "a list of " + array.count() + " x " + array.kind()
        : BadInput.brief(value);
  }

  /// Makes the error of a field.
  public BadInput bad(String key, String constraint, @Nullable Object value) {
    return BadInput.in(
        file,
        "field '" + BadInput.brief(key) + "' " + constraint + ", got " + BadInput.brief(value));
  }

  private BadInput missing(String key) {
    return BadInput.in(file, "field '" + key + "' is missing");
  }
}
