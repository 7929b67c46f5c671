package dev.tesuji.stage;

import dev.tesuji.train.MemoryPlan;

/// The largest passes of stages that generate nothing.
final class Passes {
  private Passes() {}

  /// Returns the pass of a stage.
  ///
  /// @param maxTokens the most tokens of a text
  static MemoryPlan.Load whole(int maxTokens, RunContext context) {
    int longest = Math.min(maxTokens, context.positions());
    return MemoryPlan.Load.plain(context.atOnce(longest), longest, null);
  }
}
