package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of a `config.json`, each checked when it is read.
///
/// @param file named in errors
/// @param json its content
record ConfigFields(Path file, ObjectNode json) {
  private static final int LARGEST = 1 << 20; // of any dimension; products stay below 2^63
  private static final int LARGEST_HEAD = 1 << 12;

  /// Reads a whole number above 0 that must be there.
  int positive(String name) {
    int value = optionalInt(name, -1);
    if (value < 1) {
      throw json.has(name)
          ? bad(name, "must be a whole number above 0", json.get(name))
          : BadInput.in(file, "field '" + name + "' is missing");
    }
    if (value > LARGEST) {
      throw bad(name, "must be at most " + LARGEST, value);
    }
    return value;
  }

  /// Reads a whole number from 0.
  int notNegative(String name, int absent) {
    int value = optionalInt(name, absent);
    if (value < 0 || value > LARGEST) {
      throw bad(name, "must be from 0 to " + LARGEST, value);
    }
    return value;
  }

  /// Reads a whole number.
  int optionalInt(String name, int absent) {
    JsonNode node = json.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return absent;
    }
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw bad(name, "must be a whole number", node);
    }
    return node.intValue();
  }

  /// Reads a number from 0 out of a part of the file.
  ///
  /// @param absent what it is where it is missing; NaN where it must not be
  double number(JsonNode from, String name, double absent) {
    JsonNode node = from.path(name);
    double value = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
    if (Double.isFinite(value) && value >= 0) {
      return value;
    }
    if ((node.isMissingNode() || node.isNull()) && !Double.isNaN(absent)) {
      return absent;
    }
    throw bad(name, "must be a number from 0", node);
  }

  /// Reads the first of a field's token ids; null where there is none.
  @Nullable Integer idOrNull(String name) {
    List<Integer> ids = ids(name);
    return ids.isEmpty() ? null : ids.getFirst();
  }

  /// Reads a token id or a list of them.
  List<Integer> ids(String name) {
    List<Integer> ids = new ArrayList<>();
    JsonNode node = json.path(name);
    Iterable<JsonNode> all = node.isArray() ? node : List.of(node);
    for (JsonNode id : all) {
      if (id.isIntegralNumber() && id.canConvertToInt()) {
        ids.add(id.intValue());
      } else if (!id.isMissingNode() && !id.isNull()) {
        throw bad(name, "must be a token id or a list of them", node);
      }
    }
    return ids;
  }

  /// Returns the mistake of a field.
  BadInput bad(String field, String constraint, Object value) {
    return BadInput.in(
        file, "field '" + field + "' " + constraint + ", got " + BadInput.brief(value));
  }

  /// Reads a yes or no; what is neither counts as missing.
  boolean flag(String name, boolean absent) {
    return json.path(name).asBoolean(absent);
  }

  /// Reads the width of a head, which must be even.
  int even(String name, int value) {
    if (value < 2 || value % 2 != 0 || value > LARGEST_HEAD) {
      throw bad(name, "must be even and from 2 to " + LARGEST_HEAD, value);
    }
    return value;
  }

  /// Refuses a text other than the only one that is known; a missing one means that.
  void requireText(String name, String only) {
    String value = json.path(name).asString(only);
    if (!value.equals(only)) {
      throw bad(name, "must be " + only, value);
    }
  }

  /// Reads the longest sequence.
  int positions(ModelFamily.Defaults absent) {
    int value = optionalInt("max_position_embeddings", absent.positions());
    if (value < 1) {
      throw bad("max_position_embeddings", "must be a whole number above 0", value);
    }
    return value;
  }

  /// Reads a number above 0.
  double above0(String name, double absent) {
    double value = number(json, name, absent);
    if (value <= 0) {
      throw bad(name, "must be a number above 0", value);
    }
    return value;
  }

  /// Reads what norms add to the mean square.
  double epsilon(ModelFamily.Defaults absent) {
    return number(json, "rms_norm_eps", absent.epsilon());
  }

  /// Returns a field's kind of every layer, of a list with one per layer; those of a function where
  /// the field is absent.
  ///
  /// @param kinds those that are known
  /// @param absent the kind of a layer, by its number
  List<String> layerKinds(String name, List<String> kinds, IntFunction<String> absent) {
    int layers = positive("num_hidden_layers");
    JsonNode given = json.path(name);
    List<String> all = new ArrayList<>();
    if (given.isMissingNode() || given.isNull()) {
      IntStream.range(0, layers).mapToObj(absent).forEach(all::add);
      return all;
    }
    for (JsonNode kind : given) {
      all.add(kind.asString(""));
    }
    if (!given.isArray() || all.size() < layers || !kinds.containsAll(all)) {
      throw bad(name, "must have one of " + String.join(", ", kinds) + " per layer", given);
    }
    return all.subList(0, layers);
  }
}
