package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Task;
import dev.tesuji.env.UserTask;
import dev.tesuji.yaml.Binder;
import dev.tesuji.yaml.Kinds;
import dev.tesuji.yaml.Named;
import dev.tesuji.yaml.Rest;
import dev.tesuji.yaml.Yaml;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task written in Java ([UserTask]): `task: {kind: java, class: com.acme.Riddles, level: 2}`.
///
/// @param className a public class that implements [Task]
/// @param classPath jars and folders that it is in, besides Tesuji's own class path
/// @param settings all other keys: its settings
/// @param speech how a task of several turns speaks to the policy
@Named("java")
public record UserTaskConfig(
    @Nullable @Named("class") String className,
    List<Path> classPath,
    @Rest Map<String, String> settings,
    @Unwrapped Speech speech)
    implements TaskConfig.Speaking {
  /// From Tesuji's own class path, without settings.
  public static final UserTaskConfig DEFAULT =
      new UserTaskConfig(null, List.of(), Map.of(), Speech.DEFAULT);

  /// Copies list and map.
  public UserTaskConfig {
    classPath = List.copyOf(classPath);
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  @Override
  public Task open(@Nullable Path data) {
    if (className == null) {
      throw new BadInput("a task of kind 'java' needs 'class', the name of a class");
    }
    String name = className;
    try {
      return UserTask.load(name, classPath, settings, type -> bound(type, name));
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }

  /// Makes a task that is a record, whose components are its settings.
  private Object bound(Class<?> type, String name) {
    Yaml.Place place = new Yaml.Place("task class '" + name + "'", Path.of("").toAbsolutePath());
    Yaml.Mapping keys = new Yaml.Mapping(new LinkedHashMap<>(), place);
    settings.forEach((key, text) -> keys.entries().put(key, new Yaml.Scalar(text, true, place)));
    return Binder.of(Kinds.NONE).bind(type, keys, name);
  }
}
