package dev.tesuji.rl;

import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A task in which the policy meets its earlier selves: it hears of the policy while that learns,
/// and keeps what it wants of it.
///
/// What it keeps changes between steps alone, and a checkpoint has it, so that a run that was
/// killed continues bit for bit.
public interface SelfPlay extends Task {
  /// Returns whether it keeps anything of the policy.
  boolean grows();

  /// Looks at the policy after a step.
  ///
  /// @param steps how many steps the policy has made
  void learned(int steps, LoadedModel policy);

  /// Writes what it keeps into a file, which is made.
  void save(Path file);

  /// Takes up what a file has of it, in the place of what it keeps.
  void restore(Path file);

  /// Returns those among the parts of a task that grow, by their names as files.
  static Map<String, SelfPlay> among(Task task) {
    Map<String, SelfPlay> growing = new LinkedHashMap<>();
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      if (part.task() instanceof SelfPlay play && play.grows()) {
        growing.put("selves-" + growing.size(), play);
      }
    }
    return growing;
  }

  /// Refuses a lag, by which batches would be drawn while opponents change.
  ///
  /// @throws IllegalArgumentException naming the key and the reason
  static void requireSteady(Task task, int lag) {
    Require.that(
        lag == 0 || among(task).isEmpty(),
        "rl.lag",
        "0 where the policy joins its opponents as it learns (selves)",
        lag);
  }
}
