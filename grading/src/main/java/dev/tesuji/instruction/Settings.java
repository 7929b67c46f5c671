package dev.tesuji.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// The settings of an instruction.
///
/// @param id the kind of the instruction, for messages
/// @param given the settings as the data has them
record Settings(String id, JsonNode given) {
  /// Returns a text.
  ///
  /// @throws IllegalArgumentException when it is missing
  String text(String name) {
    JsonNode value = given.path(name);
    if (!value.isString()) {
      throw missing(name, "a text");
    }
    return value.asString();
  }

  /// Returns a whole number.
  ///
  /// @throws IllegalArgumentException when it is missing
  int number(String name) {
    JsonNode value = given.path(name);
    if (!value.isNumber()) {
      throw missing(name, "a whole number");
    }
    return value.intValue();
  }

  /// Returns a list of texts.
  ///
  /// @throws IllegalArgumentException when it is missing
  List<String> texts(String name) {
    JsonNode value = given.path(name);
    if (!value.isArray()) {
      throw missing(name, "a list of texts");
    }
    List<String> texts = new ArrayList<>();
    value.forEach(v -> texts.add(v.asString("")));
    return texts;
  }

  /// Returns whether a count is as asked: `less than` a number, or `at least` it.
  ///
  /// @throws IllegalArgumentException when the relation is neither
  boolean holds(long count, String relation, String number) {
    return switch (text(relation).toLowerCase(Locale.ROOT)) {
      case "less than" -> count < number(number);
      case "at least" -> count >= number(number);
      default -> throw missing(relation, "'less than' or 'at least'");
    };
  }

  private IllegalArgumentException missing(String name, String wanted) {
    JsonNode value = given.path(name);
    return new IllegalArgumentException(
        "'"
            + name
            + "' of instruction '"
            + id
            + "' must be "
            + wanted
            + ", got "
            + (value.isMissingNode() ? "nothing" : value));
  }
}
