package dev.tesuji.jinja;

import java.util.List;
import java.util.Map;

/// The arguments of a call.
///
/// @param positional by place
/// @param named by name
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NOTHING = new Arguments(List.of(), Map.of());

  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /// Returns the same without the first one.
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }
}
