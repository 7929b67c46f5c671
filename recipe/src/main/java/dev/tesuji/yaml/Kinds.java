package dev.tesuji.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The kinds that a value can be of, by the interface that they share.
///
/// The kinds of a sealed interface are its permitted records. Those of other interfaces are listed
/// here, so that packages that the interface does not know can add theirs.
public final class Kinds {
  /// Kinds of sealed interfaces alone.
  public static final Kinds NONE = new Kinds(Map.of());

  private static final Pattern HYPHEN = Pattern.compile("-([a-z])");

  private final Map<Class<?>, List<Class<? extends Record>>> open;

  private Kinds(Map<Class<?>, List<Class<? extends Record>>> open) {
    this.open = open;
  }

  /// Returns these kinds and one more.
  ///
  /// @param type an interface
  /// @throws IllegalArgumentException when it has a kind of that name already
  public <T> Kinds with(Class<T> type, Class<? extends Record> kind) {
    if (!type.isInterface() || !type.isAssignableFrom(kind)) {
      throw new IllegalArgumentException(
          "a kind must implement the interface that it is a kind of, got " + kind + " for " + type);
    }
    if (of(type).containsKey(name(kind))) {
      throw new IllegalArgumentException(
          type.getSimpleName() + " must have one kind of a name, got '" + name(kind) + "' twice");
    }
    Map<Class<?>, List<Class<? extends Record>>> more = new LinkedHashMap<>(open);
    List<Class<? extends Record>> kinds = new ArrayList<>(more.getOrDefault(type, List.of()));
    kinds.add(kind);
    more.put(type, List.copyOf(kinds));
    return new Kinds(more);
  }

  /// Returns the kinds of an interface by the names that YAML uses.
  public Map<String, Class<?>> of(Class<?> type) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    if (type.isSealed()) {
      for (Class<?> kind : type.getPermittedSubclasses()) {
        if (kind.isRecord()) {
          kinds.put(name(kind), kind);
        }
      }
    }
    open.getOrDefault(type, List.of()).forEach(k -> kinds.put(name(k), k));
    return kinds;
  }

  /// Returns whether values of a type are written with the name of their kind.
  static boolean isFamily(Class<?> type) {
    return type.isInterface() && !type.getName().startsWith("java."); // such as Path and List
  }

  /// Returns a name as kinds have it: words joined with hyphens (`chain-sums`) are taken too.
  static String spelled(String name) {
    return HYPHEN.matcher(name).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  /// Returns the name of a kind: that of [Named], else its own, beginning in lower case.
  public static String name(Class<?> kind) {
    Named named = kind.getAnnotation(Named.class);
    return named == null
        ? Character.toLowerCase(kind.getSimpleName().charAt(0)) + kind.getSimpleName().substring(1)
        : named.value();
  }
}
