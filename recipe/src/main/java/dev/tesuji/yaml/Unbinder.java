package dev.tesuji.yaml;

import dev.tesuji.yaml.Yaml.Items;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Place;
import dev.tesuji.yaml.Yaml.Scalar;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns records into YAML with every key, so that a [Binder] gives them back.
public final class Unbinder {
  private static final Place NOWHERE = new Place("", Path.of(""));

  private Unbinder() {}

  /// Writes a value as YAML; a record without the name of its kind.
  public static Yaml unbind(@Nullable Object value) {
    return value == null ? unbind(null, Object.class) : unbind(value, value.getClass());
  }

  /// @param declared the type as which it is declared: of an interface, the kind is written too
  private static Yaml unbind(@Nullable Object value, Type declared) {
    return switch (value) {
      case null -> new Scalar("", false, NOWHERE);
      case String s -> new Scalar(s, true, NOWHERE);
      case Path p -> new Scalar(p.toAbsolutePath().normalize().toString(), true, NOWHERE);
      case Enum<?> e -> new Scalar(Scalars.word(e), false, NOWHERE);
      case List<?> l -> {
        Type item =
            declared instanceof ParameterizedType t ? t.getActualTypeArguments()[0] : Object.class;
        yield new Items(l.stream().map(i -> unbind(i, item)).toList(), NOWHERE);
      }
      case Record r -> declared instanceof Class<?> c && Kinds.isFamily(c) ? named(r) : record(r);
      default -> new Scalar(value.toString(), false, NOWHERE);
    };
  }

  /// Writes a record as a mapping, without the name of its kind.
  public static Mapping record(Record record) {
    Mapping fields = new Mapping(new LinkedHashMap<>(), NOWHERE);
    for (RecordComponent c : record.getClass().getRecordComponents()) {
      add(fields, c, Keys.read(c, record));
    }
    return fields;
  }

  private static Mapping named(Record record) {
    return new Mapping(
        new LinkedHashMap<>(Map.of(Kinds.name(record.getClass()), record(record))), NOWHERE);
  }

  private static void add(Mapping fields, RecordComponent c, @Nullable Object component) {
    if (Keys.isRest(c) && component instanceof Map<?, ?> rest) {
      rest.forEach((key, text) ->
          fields.entries().put(String.valueOf(key), new Scalar(text.toString(), true, NOWHERE)));
    } else if (Keys.isChoice(c) && component instanceof Record choice) {
      fields.entries().put(c.getName(), new Scalar(Keys.word(choice.getClass()), false, NOWHERE));
      fields.entries().putAll(record(choice).entries());
    } else if (Keys.isUnwrapped(c) && component instanceof Record part) {
      fields.entries().putAll(record(part).entries());
    } else if (!Keys.isVariant(c)) {
      fields.entries().put(Keys.name(c), unbind(component, c.getGenericType()));
    } else if (component instanceof Record kind) {
      fields.entries().put(Kinds.name(kind.getClass()), record(kind));
    }
  }
}
