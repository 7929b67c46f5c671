package dev.tesuji.compute.torch;

import dev.tesuji.nn.StreamConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// Divides by the root mean square and multiplies by a weight.
///
/// @param epsilon added to the mean square
/// @param fromOne whether it multiplies by 1 + w, which is then done in float32, since the sum
///   would lose most of a small w in fewer bits
record TorchNorm(double epsilon, boolean fromOne) {
  /// Returns that of a model.
  static TorchNorm of(StreamConfig stream) {
    return new TorchNorm(stream.normEpsilon(), stream.normsFromOne());
  }

  /// Norms `[..., C]` over the last dimension.
  Tensor apply(Tensor x, Tensor weight) {
    return fromOne
        ? x.to(Dtype.FLOAT32).rmsNorm(weight.to(Dtype.FLOAT32).add(1), epsilon).to(x.dtype())
        : x.rmsNorm(weight, epsilon);
  }
}
