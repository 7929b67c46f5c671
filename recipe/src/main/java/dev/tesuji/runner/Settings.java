package dev.tesuji.runner;

import dev.tesuji.yaml.Unbinder;
import dev.tesuji.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The settings of a record by their paths, such as `optimizer.learningRate`.
///
/// @param values as YAML has them
record Settings(Map<String, String> values) {
  private static final String ABSENT = "absent";

  /// Returns the settings of a record.
  static Settings of(Record record) {
    Map<String, String> values = new LinkedHashMap<>();
    collect("", Unbinder.record(record), values);
    return new Settings(values);
  }

  private static void collect(String path, Yaml yaml, Map<String, String> into) {
    if (yaml instanceof Yaml.Mapping mapping && !mapping.entries().isEmpty()) {
      mapping
          .entries()
          .forEach((key, value) -> collect(path.isEmpty() ? key : path + "." + key, value, into));
    } else {
      into.put(path, Yaml.inline(yaml));
    }
  }

  /// A setting that differs.
  ///
  /// @param path the setting
  /// @param before its value in the one, or that it is absent
  /// @param now its value in the other
  record Change(String path, String before, String now) {
    /// Returns the first key of the path.
    String key() {
      int dot = path.indexOf('.');
      return dot < 0 ? path : path.substring(0, dot);
    }

    /// Returns whether the setting is there in one of the two alone.
    boolean isOneSided() {
      return before.equals(ABSENT) || now.equals(ABSENT);
    }

    @Override
    public String toString() {
      return path + ": " + before + " -> " + now;
    }
  }

  /// Returns what differs in others.
  List<Change> changes(Settings now) {
    Set<String> paths = new LinkedHashSet<>(values.keySet());
    paths.addAll(now.values.keySet());
    List<Change> changes = new ArrayList<>();
    for (String path : paths) {
      String before = values.getOrDefault(path, ABSENT);
      String after = now.values.getOrDefault(path, ABSENT);
      if (!before.equals(after)) {
        changes.add(new Change(path, before, after));
      }
    }
    return changes;
  }
}
