package dev.tesuji.policy;

import dev.tesuji.nn.CausalLm;

/// How the policy computes where reinforcement learning draws from it.
public enum RolloutPrecision {
  /// As everywhere else.
  SAME,
  /// With weights that are rounded to whole numbers of 8 bits after every update, with a scale for
  /// each output of a matrix, and with what they are multiplied by rounded likewise, with a scale
  /// for each token: on CPUs that multiply bytes (AVX-512 with VNNI). Attention, norms and what is
  /// trained stay as they are; the difference is measured in every step and corrected
  /// ([SamplerPrecision]).
  INT8;

  /// Checks that a model can be drawn from so.
  ///
  /// @throws IllegalArgumentException when it cannot
  public void require(CausalLm model) {
    if (this == INT8 && !model.compute().takesEightBits()) {
      throw new IllegalArgumentException(
          "compute.rollouts must be same here, got int8: that takes a CPU with AVX-512 and VNNI,"
              + " and a model of grouped attention and gated blocks without experts and windows");
    }
  }
}
