package dev.tesuji.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables that a piece of a template sees: its own, then those of the scope around it.
///
/// Loops, macros, `with`, `call`, `filter` and `generation` open scopes; `if` does not. What is set
/// in a scope is gone behind it, which is why templates carry state in a namespace.
final class Scope {
  private final @Nullable Scope around;
  private final Map<String, Value> names = new HashMap<>();

  Scope(@Nullable Scope around) {
    this.around = around;
  }

  void set(String name, Value value) {
    names.put(name, value);
  }

  /// Returns a variable, undefined where there is none.
  Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      Value value = scope.names.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Value.Undefined("'" + name + "' is undefined");
  }
}
