package dev.tesuji.recipe;

import dev.tesuji.policy.MemoryProbe;
import dev.tesuji.random.Streams;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stage whose settings and data have been checked: what one kind of stage must say for the
/// runner to run it.
///
/// Each kind makes its own from its settings and the [Workshop]; making it throws
/// [dev.tesuji.check.BadInput] where a setting or a file will not do.
interface PreparedStage {
  /// Returns its settings.
  Stage stage();

  /// Returns where it is run.
  Workshop shop();

  /// Returns its largest pass.
  default MemoryPlan.Load load() {
    return Reckoning.load(stage(), shop().ground());
  }

  /// Returns how many steps it has.
  default int steps(RunDirectory run) {
    return stage().steps();
  }

  /// Reckons what it takes in memory.
  default MemoryPlan plan() {
    return Reckoning.plan(stage(), load(), shop().ground());
  }

  /// Makes the largest pass once, so that what does not fit fails at once.
  default void rehearse() {
    MemoryProbe.run(
        shop().model().decoder(), load().tokens(), load().longest(), shop().recipe().compute());
  }

  /// Makes its trainer, when its turn has come.
  ///
  /// @param from the model that the stage starts from
  /// @param streams decide what is left to chance
  OpenTrainer open(RunDirectory run, Path from, Streams streams);

  /// Writes the model that the stage has made, which is the workshop's unless the stage trains
  /// another.
  default void save(OpenTrainer open, RunDirectory run) {
    shop().save(run.model(stage().name()));
  }

  /// A trainer with what must be closed after it, last made first.
  ///
  /// @param heldOut what its guardian holds it to; null for nothing
  record OpenTrainer(Trainer trainer, List<AutoCloseable> parts, @Nullable HeldOutMetric heldOut)
      implements AutoCloseable {
    /// Makes one that is held to nothing.
    OpenTrainer(Trainer trainer, List<AutoCloseable> parts) {
      this(trainer, parts, null);
    }

    /// Makes a trainer that is all there is to close.
    static <T extends Trainer & AutoCloseable> OpenTrainer of(T trainer) {
      return new OpenTrainer(trainer, List.of(trainer));
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
