package dev.tesuji.rl.ppo;

import dev.tesuji.check.Require;

/// The settings of the value model.
///
/// @param trunk what its head stands on
/// @param learningRateFactor its learning rate as a multiple of the policy's; of its head alone
///   where the trunk is shared
/// @param coefficient the weight of the value loss
/// @param clip ε_V: how far a value may move from what it was before the step without the loss
///   noticing; 0 for no limit
/// @param warmupSteps how many first steps train the critic and leave the policy as it is
public record CriticConfig(
    Trunk trunk, double learningRateFactor, double coefficient, double clip, int warmupSteps) {
  /// A trunk of its own, ten times the policy's learning rate, values clipped at 0.2.
  public static final CriticConfig DEFAULT = new CriticConfig(Trunk.OWN, 10, 1, 0.2, 0);

  /// Checks the ranges.
  public CriticConfig {
    Require.that(learningRateFactor > 0, "learningRateFactor", "above 0", learningRateFactor);
    Require.that(coefficient > 0, "coefficient", "above 0", coefficient);
    Require.that(clip >= 0, "clip", "at least 0 (0: no limit)", clip);
    Require.atLeast(0, "warmupSteps", warmupSteps);
  }

  /// The model under the head.
  public enum Trunk {
    /// A second model, a copy of the one that the stage begins with.
    OWN,
    /// The policy's own layers, which then learn to tell values too.
    SHARED
  }
}
