package dev.tesuji.alphago.net;

import dev.tesuji.tensor.Tensor;

/// The layers of a network by name: with batch normalisation in training, folded into the
/// convolutions in play. [Tower] puts them together.
interface Layers {
  /// Convolves and normalises: `[B, H, W, I]` to `[B, H, W, O]`.
  Tensor convolve(String name, Tensor image);

  /// Applies a linear map, in float32: `[..., I]` to `[..., O]`.
  Tensor linear(String name, Tensor x);

  /// Applies max(x, 0) to what nobody else reads.
  Tensor relu(Tensor x);
}
