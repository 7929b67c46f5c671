package dev.tesuji.optim;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Dtype;

/// The bytes that [AdamW] holds beside the weights, told beforehand.
///
/// @param masters of the float32 weights behind narrower ones
/// @param moments of both moments
/// @param gradientSums of the float32 sums of an update's gradients, where they are narrower and
///   the update has several passes
/// @param averages of a moving average of the weights, where one is kept
public record OptimizerMemory(long masters, long moments, long gradientSums, long averages) {
  /// Returns the bytes for what a model trains.
  public static OptimizerMemory of(CausalLm model, Moments moments) {
    ParameterState.Kind kind = ParameterState.on(model.device());
    long count = model.trainedCount();
    return new OptimizerMemory(
        count * kind.masterBytes(model.dtype()),
        count * 2 * kind.momentBytes(moments),
        model.dtype() == Dtype.FLOAT32 ? 0 : count * Float.BYTES,
        count * Float.BYTES);
  }
}
