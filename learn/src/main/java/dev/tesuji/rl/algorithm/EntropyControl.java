package dev.tesuji.rl.algorithm;

import dev.tesuji.train.Metrics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The bonus for entropy over a run: constant, or adapted so that entropy holds a target from below
/// as in [Skywork-OR1](https://arxiv.org/abs/2505.22312), Eq. 8, with H the entropy of the step
/// before:
///
/// ```
/// c ← c + Δ where H < target, c - Δ where H > target, from 0 to c_most
/// bonus: c where H ≤ target, 0 elsewhere
/// ```
public final class EntropyControl {
  private final EntropyConfig config;
  private double coefficient;
  private double measured = Double.NaN; // in the step before

  /// Prepares a run.
  public EntropyControl(EntropyConfig config) {
    this.config = config;
    coefficient = config.coefficient();
  }

  /// Returns the weight of the bonus in the step.
  public double bonus() {
    return config.target() > 0 && measured > config.target() ? 0 : coefficient;
  }

  /// Ends a step.
  ///
  /// @param metrics has the step's `entropy` where tokens were trained on; takes `entropy_coef`,
  ///   the weight that the step's bonus had
  public void end(Metrics metrics) {
    if (!config.isOn()) {
      return;
    }
    metrics.put("entropy_coef", bonus());
    double entropy = metrics.get("entropy");
    if (config.target() > 0 && !Double.isNaN(entropy)) {
      double change = Math.signum(config.target() - entropy) * config.step();
      coefficient = Math.clamp(coefficient + change, 0, config.most());
      measured = entropy;
    }
  }

  /// Adds its numbers to the state of a checkpoint.
  public void putState(ObjectNode state) {
    if (config.target() > 0) {
      state.put("entropy_coefficient", coefficient);
      if (!Double.isNaN(measured)) {
        state.put("entropy_measured", measured);
      }
    }
  }

  /// Takes up where a checkpoint left off.
  public void restore(JsonNode state) {
    coefficient = state.path("entropy_coefficient").asDouble(config.coefficient());
    measured = state.path("entropy_measured").asDouble(Double.NaN);
  }
}
