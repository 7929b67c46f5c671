package dev.tesuji.stage;

import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.OptimizerMemory;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MemoryProbe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way of training, ready to be checked, described and run.
///
/// Each kind is a class that is made of its settings and the [RunContext]. A run and a dry run call
/// the same methods in the same order: [#check], [#read], [#memory]; a run goes on with [#rehearse]
/// and [#open].
public interface Stage {
  /// Returns its settings.
  StageSettings settings();

  /// Returns where it is run.
  RunContext context();

  /// Returns the name under which its model, metrics and rollouts are stored.
  default String name() {
    return settings().name();
  }

  /// Returns the files that it reads besides the task's problems.
  default List<Input> inputs() {
    return List.of();
  }

  /// Refuses settings that contradict each other or the model, before any data is read.
  ///
  /// @throws IllegalArgumentException saying which
  void check();

  /// Returns whether its updates are cut into leaves where the recipe asks for that.
  default boolean takesLeaves() {
    return false;
  }

  /// Returns what it takes in memory.
  ///
  /// @throws dev.tesuji.check.BadInput when a directory that it names holds no model
  default MemoryPlan memory() {
    OptimizerConfig optimizer = settings().optimizer();
    ComputeConfig compute = context().recipe().compute();
    MemoryPlan plan =
        MemoryPlan.training(
            context().decoder(),
            pass(),
            takesLeaves() ? compute : compute.withLeaves(0),
            optimizer.moments());
    return optimizer.emaDecay() == 0
        ? plan
        : plan.with(
            "averaged weights",
            OptimizerMemory.of(context().decoder(), optimizer.moments()).averages());
  }

  /// Returns its largest pass, as exactly as is known when it is asked.
  MemoryPlan.Load pass();

  /// Reads what it learns from: all of it in a run, the first rows of each file in a dry run.
  ///
  /// @throws dev.tesuji.check.BadInput when a file will not do
  void read();

  /// Returns what it would do, for people.
  Description describe();

  /// Returns how many steps it has, when its turn has come.
  default int steps(RunDirectory run) {
    return settings().steps();
  }

  /// Returns how many tokens, or actions, its policy chooses among.
  default int choices() {
    return context().decoder().config().vocabularySize();
  }

  /// Makes the largest pass once, so that what does not fit fails at once.
  default void rehearse() {
    MemoryPlan.Load pass = pass();
    MemoryProbe.run(
        context().decoder(), pass.tokens(), pass.longest(), context().recipe().compute());
  }

  /// Writes the context's model, which most stages train.
  default void saveModel(RunDirectory run) {
    context().save(run.model(name()));
  }

  /// Makes its trainer, when its turn has come.
  ///
  /// @param from the model that the stage starts from
  OpenTrainer open(RunDirectory run, Path from);

  /// A description of a stage for a table; empty where a cell has nothing.
  ///
  /// @param steps how many, or how many epochs
  /// @param data where its data comes from
  /// @param generated what it generates at most
  record Description(String steps, String data, String generated) {}

  /// A trainer with what must be closed after it, last made first.
  ///
  /// @param heldOut what its guardian measures; null for nothing
  /// @param save writes what the trainer has made
  record OpenTrainer(
      Trainer trainer, List<AutoCloseable> parts, @Nullable HeldOutMetric heldOut, Runnable save)
      implements AutoCloseable {
    /// Makes a trainer that is all there is to close.
    ///
    /// @param save writes what the trainer has made
    public static <T extends Trainer & AutoCloseable> OpenTrainer of(T trainer, Runnable save) {
      return new OpenTrainer(trainer, List.of(trainer), null, save);
    }

    @Override
    public void close() {
      for (AutoCloseable part : parts.reversed()) {
        try {
          part.close();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
