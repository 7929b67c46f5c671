package dev.tesuji.yaml;

import dev.tesuji.check.Unwrapped;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The keys under which records are written, and the values of those that are absent.
///
/// @param kinds the kinds of open interfaces
record Keys(Kinds kinds) {
  /// Returns the keys that a record's mapping may have.
  List<String> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).flatMap(c -> of(c).stream()).toList();
  }

  /// Returns the keys under which a component can be written.
  List<String> of(RecordComponent component) {
    if (isChoice(component)) {
      return ofChoice(component);
    }
    if (isUnwrapped(component)) {
      return of(component.getType());
    }
    if (isRest(component)) {
      return List.of();
    }
    return isVariant(component)
        ? List.copyOf(alternatives(component).keySet())
        : List.of(name(component));
  }

  /// Returns the kinds of a component that is written under the name of its kind; none for others.
  Map<String, Class<?>> alternatives(RecordComponent component) {
    Variants variants = component.getAnnotation(Variants.class);
    if (variants == null) {
      return Map.of();
    }
    if (variants.value().length == 0) {
      return kinds.of(component.getType());
    }
    Map<String, Class<?>> named = new LinkedHashMap<>();
    for (Class<?> kind : variants.value()) {
      named.put(Kinds.name(kind), kind);
    }
    return named;
  }

  /// Returns the keys that cannot stand beside a key in a record's mapping.
  Set<String> rivals(Class<?> type, String key) {
    Set<String> rivals = new LinkedHashSet<>();
    for (RecordComponent c : type.getRecordComponents()) {
      if (alternatives(c).containsKey(key)) {
        rivals.addAll(alternatives(c).keySet());
        rivals.remove(key);
      }
    }
    return rivals;
  }

  /// Returns the key of a component that is written under a name of its own.
  static String name(RecordComponent component) {
    Named named = component.getAnnotation(Named.class);
    return named == null ? component.getName() : named.value();
  }

  static boolean isVariant(RecordComponent component) {
    return component.isAnnotationPresent(Variants.class);
  }

  static boolean isUnwrapped(RecordComponent component) {
    return component.isAnnotationPresent(Unwrapped.class);
  }

  static boolean isRest(RecordComponent component) {
    return component.isAnnotationPresent(Rest.class);
  }

  static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /// Returns whether a record takes keys that it does not name.
  static boolean hasRest(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).anyMatch(Keys::isRest);
  }

  /// Returns the component that a bare value stands for.
  static Optional<String> shorthand(Class<?> type) {
    return Arrays.stream(type.isRecord() ? type.getRecordComponents() : new RecordComponent[0])
        .filter(c -> c.isAnnotationPresent(Shorthand.class))
        .map(Keys::name)
        .findFirst();
  }

  /// Returns the record whose values stand for keys that are absent; null where there is none.
  static @Nullable Object defaults(Class<?> type) {
    try {
      return type.getField("DEFAULT").get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(type + ".DEFAULT must be public", e);
    }
  }

  /// Returns the value of a component.
  static @Nullable Object read(RecordComponent component, Object from) {
    try {
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  /// Returns whether a component of a sealed type is written as the name of its kind, with the
  /// settings of that kind beside it.
  static boolean isChoice(RecordComponent component) {
    return component.isAnnotationPresent(Unwrapped.class) && component.getType().isSealed();
  }

  /// Returns the keys that may stand for a choice: its own and the settings of all kinds.
  private List<String> ofChoice(RecordComponent component) {
    return Stream.concat(
            Stream.of(component.getName()),
            choices(component).values().stream().flatMap(kind -> of(kind).stream()))
        .distinct()
        .toList();
  }

  /// Returns the kinds of a choice by their words.
  static Map<String, Class<?>> choices(RecordComponent component) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : component.getType().getPermittedSubclasses()) {
      kinds.put(word(kind), kind);
    }
    return kinds;
  }

  /// Returns the word for a kind of a choice: `DrGrpo` is `dr_grpo`.
  static String word(Class<?> kind) {
    return kind.getSimpleName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
