package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Binder;
import dev.tesuji.yaml.Kinds;
import dev.tesuji.yaml.Overrides;
import dev.tesuji.yaml.Yaml;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads recipes and tasks.
///
/// @param kinds the kinds of stages, tasks, rewards and data that they can name
/// @param fetches whether models and data sets that they name on the hub are fetched; otherwise
///   their addresses stay where paths should be
public record RecipeReader(Kinds kinds, boolean fetches) {
  static final String STAGES = "stages";

  /// Makes one that only reads.
  public RecipeReader(Kinds kinds) {
    this(kinds, false);
  }

  /// Returns one that fetches what recipes name on the hub, once they are known to be right.
  public RecipeReader fetching() {
    return new RecipeReader(kinds, true);
  }

  /// Reads a recipe, with values from the command line over those of the file.
  ///
  /// @param overrides arguments such as `seed=2` or `rl.groupSize=16`
  /// @throws BadInput naming file, line, key and remedy of all mistakes, a line each
  public Recipe read(Path file, List<String> overrides) {
    Yaml.Mapping yaml = Yaml.read(file);
    overrides().apply(yaml, overrides);
    return bind(yaml);
  }

  /// Reads a task from the command line: the name of a kind, such as `chainSums`, or the kind with
  /// its settings, such as `{math: {template: chat}}`.
  ///
  /// @param option names the argument in errors
  /// @param more settings that are laid over those of the text, by key; those that the kind does
  ///   not have are left out
  /// @throws BadInput when there is no such task, or it has no such setting
  public TaskConfig task(String option, String text, Map<String, String> more) {
    Yaml yaml = Yaml.argument(option, text);
    TaskConfig task = binder().bind(TaskConfig.class, yaml, "task");
    String kind = Kinds.name(task.getClass());
    Yaml.Mapping keys = dev.tesuji.yaml.Unbinder.record((Record) task);
    Yaml.Mapping whole = new Yaml.Mapping(new LinkedHashMap<>(), yaml.place());
    more.forEach((key, value) -> {
      if (keys.entries().containsKey(key)) {
        keys.entries().put(key, new Yaml.Scalar(value, true, yaml.place()));
      }
    });
    whole.entries().put(kind, keys);
    return fetched(TaskConfig.class, whole, "task");
  }

  /// Reads an endpoint from the command line: its address, or its settings as in a recipe, such as
  /// `{url: https://api.deepseek.com/v1, keyVariable: DEEPSEEK_API_KEY}`.
  ///
  /// @param option names the argument in errors
  /// @throws BadInput when it is none
  public EndpointSettings endpoint(String option, String text) {
    return binder().bind(EndpointSettings.class, Yaml.argument(option, text), "endpoint");
  }

  /// Reads a comparison, with values from the command line over those of the file and of every
  /// variant.
  ///
  /// @param overrides arguments such as `seeds=[1]` or `rl.steps=10`
  /// @throws BadInput naming file, line, key and remedy
  public Comparison comparison(Path file, List<String> overrides) {
    return new ComparisonReader(this, overrides()).read(file, overrides);
  }

  Recipe bind(Yaml.Mapping yaml) {
    return fetched(Recipe.class, yaml, "recipe");
  }

  /// Binds, and where all is right, binds again with what was fetched.
  private <T> T fetched(Class<T> type, Yaml yaml, String key) {
    T read = binder().bind(type, yaml, key);
    return fetches ? Binder.of(kinds).finding(RecipePaths.FETCHED).bind(type, yaml, key) : read;
  }

  Binder binder() {
    return Binder.of(kinds).finding(RecipePaths.READ);
  }

  private Overrides overrides() {
    return new Overrides(binder(), STAGES, StageSettings.class);
  }
}
