package dev.tesuji.optim;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.OptimizerConfig.Moments;

/// The bytes that [AdamW] holds beside the weights, told beforehand.
///
/// @param masters of the float32 weights behind narrower ones
/// @param moments of both moments
public record OptimizerMemory(long masters, long moments) {
  /// Returns the bytes for what a model trains.
  public static OptimizerMemory of(CausalLm model, Moments moments) {
    ParameterState.Kind kind = ParameterState.on(model.device());
    long count = model.trainedCount();
    return new OptimizerMemory(
        count * kind.masterBytes(model.dtype()), count * 2 * kind.momentBytes(moments));
  }
}
