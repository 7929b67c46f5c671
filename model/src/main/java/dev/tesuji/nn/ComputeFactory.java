package dev.tesuji.nn;

import dev.tesuji.compute.Compute;

/// Chooses who computes with a model, once, when the model is made.
@FunctionalInterface
public interface ComputeFactory {
  /// Returns the arithmetic of a model, whose layers exist and whose weights may be undefined
  /// still.
  Compute of(CausalLm model);
}
