package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An algorithm at work in one run: its advantages, its loss and, where it has one, the model that
/// it trains beside the policy.
public interface Objective extends AutoCloseable {
  /// Returns A, one number per scored token of each completion of the batch; called once per step.
  ///
  /// @param step the step, from 0
  /// @param metrics takes what was found on the way
  float[][] advantages(int step, Batch batch, Metrics metrics);

  /// Says whether tokens with advantage 0 have a gradient all the same.
  default boolean everyTokenCounts() {
    return false;
  }

  /// Says whether the loss needs to know the log-probabilities of an update's completions before
  /// its first micro-batch: what depends on whole sequences, or on the whole update.
  ///
  /// @param moved whether the policy has moved since it drew the completions
  default boolean looksAhead(boolean moved) {
    return false;
  }

  /// Makes the loss of a micro-batch.
  ///
  /// @param update the update that it is part of
  /// @param members its completions, by their numbers in the batch
  /// @param means takes what is measured before the loss
  PolicyLoss loss(Update update, int[] members, Means means);

  /// Says whether the policy moves in this step.
  default boolean movesPolicy(int step) {
    return true;
  }

  /// Trains the second model on an update's completions, before the policy moves.
  ///
  /// @param step the step, from 0
  default void learn(int step, Update update, Means means) {}

  /// Writes what it has learned to the folder of a checkpoint.
  default void save(Path folder) {}

  /// Adds its counters to the state of a checkpoint.
  default void putState(ObjectNode state) {}

  /// Takes up where a checkpoint left off.
  default void restore(Path folder, JsonNode state) {}

  @Override
  default void close() {}

  /// Returns log-probabilities of the update's completions under the policy as it is now.
  static float[] current(Update update, int member) {
    Policy.Scores ahead = update.ahead().get(member);
    return ahead == null ? update.batch().old(member) : ahead.logProbs();
  }
}
