package dev.tesuji.recipe;

import dev.tesuji.run.Guardian;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.Trainer;
import java.nio.file.Path;
import java.util.List;

/// A stage whose settings and data have been checked: what one kind of stage must say for the
/// runner to run it.
///
/// Each kind makes its own from its settings and the [Workshop]; making it throws
/// [dev.tesuji.input.BadInput] where a setting or a file will not do.
interface PreparedStage {
  /// Returns its settings.
  Stage stage();

  /// Returns where it is run.
  Workshop shop();

  /// Returns its largest pass.
  default MemoryPlan.Load load() {
    return Reckoning.load(stage(), shop().ground());
  }

  /// Makes its trainer, when its turn has come.
  ///
  /// @param from the model that the stage starts from
  /// @param seed decides what is left to chance
  OpenTrainer open(RunDirectory run, Path from, long seed);

  /// Makes its guardian.
  ///
  /// @param vocabulary V, which bounds the entropy
  default Guardian guardian(int vocabulary, long seed) {
    return new Guardian(stage().course().guardian(), vocabulary, null);
  }

  /// Writes the model that the stage has made, which is the workshop's unless the stage trains
  /// another.
  default void save(OpenTrainer open, Path folder) {
    shop().save(folder);
  }

  /// A trainer with what must be closed after it, last made first.
  record OpenTrainer(Trainer trainer, List<AutoCloseable> parts) implements AutoCloseable {
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
