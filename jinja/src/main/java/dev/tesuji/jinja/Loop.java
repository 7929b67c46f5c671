package dev.tesuji.jinja;

import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The variable `loop` of a loop that is running.
final class Loop implements Value {
  private final List<Value> items;
  private final int depth;
  private final Callable recursion;
  private final BiPredicate<List<Value>, List<Value>> same;
  private int index;
  private @Nullable List<Value> watched; // what changed() was last given

  /// Starts before the first element.
  ///
  /// @param depth how many recursive loops of the same tag stand around this one
  /// @param recursion what calling the loop does
  /// @param same tells equal lists
  Loop(
      List<Value> items,
      int depth,
      Callable recursion,
      BiPredicate<List<Value>, List<Value>> same) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
    this.same = same;
  }

  List<Value> items() {
    return items;
  }

  int index() {
    return index;
  }

  int depth() {
    return depth;
  }

  Callable recursion() {
    return recursion;
  }

  void moveTo(int element) {
    index = element;
  }

  /// Returns an attribute; null where it has none of that name.
  @Nullable Value attribute(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> Whole.of(index + 1);
      case "index0" -> Whole.of(index);
      case "revindex" -> Whole.of(size - index);
      case "revindex0" -> Whole.of(size - index - 1);
      case "first" -> Value.of(index == 0);
      case "last" -> Value.of(index == size - 1);
      case "length" -> Whole.of(size);
      case "depth" -> Whole.of(depth + 1);
      case "depth0" -> Whole.of(depth);
      case "previtem" ->
          index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
      case "nextitem" ->
          index == size - 1 ? new Undefined("there is no next item") : items.get(index + 1);
      case "cycle" -> new Callable("cycle", this::cycle);
      case "changed" -> new Callable("changed", this::changed);
      default -> null;
    };
  }

  private Value cycle(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new Trouble("cycle() needs something to cycle through");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }

  private Value changed(Arguments arguments) {
    List<Value> before = watched;
    List<Value> now = arguments.positional();
    watched = now;
    return Value.of(before == null || !same.test(before, now));
  }
}
