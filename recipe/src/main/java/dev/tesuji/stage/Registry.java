package dev.tesuji.stage;

import dev.tesuji.recipe.StageSettings;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.yaml.Kinds;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The names that recipes can use: kinds of stages with the classes that run them, kinds of tasks,
/// rewards and data, what measures gold rewards, what draws rollouts, and what computes gradients.
///
/// A registry does not change; adding to one makes another. [StandardKinds] has Tesuji's own.
public final class Registry {
  /// Names nothing.
  public static final Registry EMPTY =
      new Registry(Kinds.NONE, Map.of(), null, TurnEngines.LOCAL, _ -> LeafRunner.LOCAL);

  private final Kinds kinds;
  private final Map<Class<?>, Maker> stages;
  private final GoldMetric.@Nullable Factory gold;
  private final TurnEngines engines;
  private final Function<LoadedModel, LeafRunner> leafRunners;

  private Registry(
      Kinds kinds,
      Map<Class<?>, Maker> stages,
      GoldMetric.@Nullable Factory gold,
      TurnEngines engines,
      Function<LoadedModel, LeafRunner> leafRunners) {
    this.kinds = kinds;
    this.stages = Map.copyOf(stages);
    this.gold = gold;
    this.engines = engines;
    this.leafRunners = leafRunners;
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
    return new Registry(
        kinds.with(StageSettings.class, settings), more, gold, engines, leafRunners);
  }

  /// Adds a kind of task, reward, corpus, or other data.
  ///
  /// @param type the interface that the kind implements
  public <T> Registry with(Class<T> type, Class<? extends Record> kind) {
    return new Registry(kinds.with(type, kind), stages, gold, engines, leafRunners);
  }

  /// Sets what measures gold rewards.
  public Registry withGold(GoldMetric.Factory factory) {
    return new Registry(kinds, stages, factory, engines, leafRunners);
  }

  /// Sets what draws the rollouts of runs; engines of this process where nothing is set.
  public Registry withEngines(TurnEngines others) {
    return new Registry(kinds, stages, gold, others, leafRunners);
  }

  /// Returns what draws the rollouts of runs.
  public TurnEngines engines() {
    return engines;
  }

  /// Sets what computes the gradients of runs whose updates are cut into leaves; this process where
  /// nothing is set.
  ///
  /// @param others makes it for a model that learns
  public Registry withLeafRunners(Function<LoadedModel, LeafRunner> others) {
    return new Registry(kinds, stages, gold, engines, others);
  }

  /// Returns what computes the gradients of a model whose updates are cut into leaves.
  public LeafRunner leafRunner(LoadedModel model) {
    return leafRunners.apply(model);
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
