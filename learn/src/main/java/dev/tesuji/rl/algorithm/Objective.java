package dev.tesuji.rl.algorithm;

import dev.tesuji.json.Json;
import dev.tesuji.train.Checkpointed;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An algorithm at work in one run: its advantages, its loss and, where it has one, the model that
/// it trains beside the policy, which checkpoints keep.
public interface Objective extends Checkpointed, AutoCloseable {
  /// Returns A, one number per scored token of each completion of the batch; called once per step.
  ///
  /// @param step the step, from 0
  /// @param metrics takes what was found on the way
  float[][] advantages(int step, Batch batch, Metrics metrics);

  /// Makes the loss of a micro-batch.
  ///
  /// @param update the update that it is part of
  /// @param members its completions, by their numbers in the batch
  /// @param metrics takes what is measured before the loss
  PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics);

  /// Trains the second model on an update's completions, before the policy moves.
  ///
  /// @param step the step, from 0
  default void learn(int step, Update update, MetricAccumulator metrics) {}

  @Override
  default void save(Path folder) {}

  @Override
  default ObjectNode state() {
    return Json.MAPPER.createObjectNode();
  }

  @Override
  default void restore(Path folder, JsonNode state) {}

  @Override
  default void close() {}
}
