package dev.tesuji.stage;

import dev.tesuji.reward.Grader;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;

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
  /// @param paid samples responses of the policy, whose weights move, graded by what it is paid;
  ///   stays open
  /// @param settings how it responds, once to each problem
  /// @param problems held-out problems
  /// @param gold the gold reward; closed with the measurement
  /// @param start the policy as it started; closed with the measurement
  record Place(
      RolloutSampler paid,
      RolloutSettings settings,
      List<PosedProblem> problems,
      Grader gold,
      LoadedModel start) {}
}
