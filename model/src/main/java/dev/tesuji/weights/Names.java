package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import java.util.Collection;
import java.util.List;

/// Says how the tensors of a file differ from those that are asked for.
final class Names {
  private static final int SHOWN = 5;

  private Names() {}

  /// Returns what is missing and what is surplus, the first few by name; empty text where nothing
  /// is.
  static String difference(Collection<String> missing, Collection<String> surplus) {
    return count(missing, "missing")
        + (missing.isEmpty() || surplus.isEmpty() ? "" : "; ")
        + count(surplus, "not asked for");
  }

  private static String count(Collection<String> names, String what) {
    if (names.isEmpty()) {
      return "";
    }
    return names.size() + " " + what + " (" + list(names) + ")";
  }

  /// Returns the first few names.
  static String list(Collection<String> names) {
    List<String> first = names.stream().limit(SHOWN).map(BadInput::brief).toList();
    return String.join(", ", first) + (names.size() > SHOWN ? ", ..." : "");
  }
}
