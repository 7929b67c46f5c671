package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The mistakes of one place, so that all of them are named at once.
final class Mistakes {
  private final List<BadInput> found = new ArrayList<>();

  void add(BadInput mistake) {
    found.add(mistake);
  }

  /// Returns a value; null, and one mistake more, where it cannot be had.
  <T extends @Nullable Object> @Nullable T among(Supplier<T> value) {
    try {
      return value.get();
    } catch (BadInput e) {
      found.add(e);
      return null;
    }
  }

  /// Throws what was found, a line each.
  ///
  /// @throws BadInput where something was
  void report() {
    if (found.size() == 1) {
      throw found.getFirst();
    }
    if (!found.isEmpty()) {
      String all = found.stream().map(BadInput::getMessage).collect(Collectors.joining("\n"));
      throw new BadInput(all, found.getFirst());
    }
  }
}
