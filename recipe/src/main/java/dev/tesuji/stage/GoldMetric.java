package dev.tesuji.stage;

import dev.tesuji.env.Task;
import dev.tesuji.generate.Sampling;
import dev.tesuji.reward.Grader;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;

/// Measures a policy by a gold reward that it is not paid, on held-out problems.
public interface GoldMetric extends HeldOutMetric, AutoCloseable {
  /// Writes what the best of n responses of the policy as it is, before it is trained, is worth.
  ///
  /// @param samples how many responses are drawn to each problem
  void writeBestOfN(int samples, Path file);

  @Override
  void close();

  /// Makes measurements.
  @FunctionalInterface
  interface Factory {
    /// Makes a measurement.
    GoldMetric open(Place place);
  }

  /// The objects that a gold reward is measured with.
  ///
  /// @param policy writes the responses; its weights move
  /// @param task the problems
  /// @param problems how many held-out problems are posed
  /// @param maxNewTokens the length limit of a response
  /// @param sampling how responses are drawn
  /// @param paid what the policy is paid; stays open
  /// @param gold the gold reward; closed with the measurement
  /// @param start the policy as it started; closed with the measurement
  /// @param seed decides what is drawn
  record Place(
      LoadedModel policy,
      Task task,
      int problems,
      int maxNewTokens,
      Sampling sampling,
      Grader paid,
      Grader gold,
      LoadedModel start,
      long seed) {}
}
