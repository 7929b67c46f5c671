package dev.tesuji.stage;

import dev.tesuji.recipe.StageSettings;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.yaml.Kinds;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names that recipes can use: kinds of stages with the classes that run them, kinds of tasks,
/// rewards and data, what measures gold rewards, and what draws rollouts.
///
/// A registry does not change; adding to one makes another. [StandardKinds] has Tesuji's own.
public final class Registry {
  /// Names nothing.
  public static final Registry EMPTY = new Registry(Kinds.NONE, Map.of(), null, TurnEngines.LOCAL);

  private final Kinds kinds;
  private final Map<Class<?>, Maker> stages;
  private final GoldMetric.@Nullable Factory gold;
  private final TurnEngines engines;

  private Registry(
      Kinds kinds,
      Map<Class<?>, Maker> stages,
      GoldMetric.@Nullable Factory gold,
      TurnEngines engines) {
    this.kinds = kinds;
    this.stages = Map.copyOf(stages);
    this.gold = gold;
    this.engines = engines;
  }

  /// Makes stages of settings whose type it knows.
  private interface Maker {
    Stage make(StageSettings settings, RunContext context);
  }

  /// Adds a kind of stage.
  ///
  /// @param settings a record
  public <S extends Record & StageSettings> Registry withStage(
      Class<S> settings, StageFactory<? super S> factory) {
    Map<Class<?>, Maker> more = new HashMap<>(stages);
    more.put(settings, (s, context) -> factory.make(settings.cast(s), context));
    return new Registry(kinds.with(StageSettings.class, settings), more, gold, engines);
  }

  /// Adds a kind of task, reward, corpus, or other data.
  ///
  /// @param type the interface that the kind implements
  public <T> Registry with(Class<T> type, Class<? extends Record> kind) {
    return new Registry(kinds.with(type, kind), stages, gold, engines);
  }

  /// Sets what measures gold rewards.
  public Registry withGold(GoldMetric.Factory factory) {
    return new Registry(kinds, stages, factory, engines);
  }

  /// Sets what draws the rollouts of runs; engines of this process where nothing is set.
  public Registry withEngines(TurnEngines others) {
    return new Registry(kinds, stages, gold, others);
  }

  /// Returns what draws the rollouts of runs.
  public TurnEngines engines() {
    return engines;
  }

  /// Returns the kinds that a recipe can name.
  public Kinds kinds() {
    return kinds;
  }

  /// Returns what measures gold rewards; null for nothing.
  public GoldMetric.@Nullable Factory gold() {
    return gold;
  }

  /// Makes a stage.
  public Stage stage(StageSettings settings, RunContext context) {
    Maker maker = stages.get(settings.getClass());
    if (maker == null) {
      throw new IllegalArgumentException("no stage is registered for " + settings.getClass());
    }
    return maker.make(settings, context);
  }
}
