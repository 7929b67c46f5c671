package dev.tesuji.rollout;

import dev.tesuji.env.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Problems in the order in which a run poses them.
///
/// The order may follow what the policy has made of the problems so far. It is then a function of
/// the seed and of a state that changes between steps alone ([#learn]), and that a checkpoint
/// keeps.
public interface ProblemSource {
  /// Returns the task whose problems are posed.
  Task task();

  /// Returns how many prompts were dropped or truncated.
  int touched();

  /// Returns how many problems an epoch has; [Long#MAX_VALUE] where there are no epochs.
  long size();

  /// Returns the problem at a position of the run's order, from 0.
  ///
  /// @param position not before the last one that was given to [#learn]
  PosedProblem at(long position);

  /// Takes what the policy made of the problems of a step.
  ///
  /// @param position the first position that no step has consumed
  /// @param groups the groups of the step
  default void learn(long position, List<Group> groups) {}

  /// Returns numbers that say how problems are chosen now.
  default Map<String, Double> metrics() {
    return Map.of();
  }

  /// Returns the state that the order depends on; nothing where it depends on the seed alone.
  default Optional<ObjectNode> state() {
    return Optional.empty();
  }

  /// Takes up where a checkpoint left off.
  default void restore(JsonNode state) {}
}
