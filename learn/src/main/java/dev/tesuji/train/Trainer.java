package dev.tesuji.train;

import tools.jackson.databind.node.ObjectNode;

/// The work of a stage at each step, and the state that it keeps between steps.
public interface Trainer extends Checkpointed {
  /// Makes one step and returns what was measured.
  ///
  /// @param step the step, from 0
  Metrics step(int step);

  /// Sets on which machines the leaves of its updates are computed. A trainer whose updates are not
  /// cut into leaves computes them in this process all the same.
  default void computeLeavesOn(LeafRunner others) {}

  /// Ends the training after the last step, before it is measured and saved.
  default void finish() {}

  /// Returns the numbers that the report gives of the stage besides its metrics.
  ObjectNode summary();

  /// Returns a few words on the newest metrics for the progress line.
  String note(Metrics metrics);
}
