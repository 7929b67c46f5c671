package dev.tesuji.compute.torch;

import dev.tesuji.nn.DecoderLayer;
import dev.tesuji.nn.GroupedAttention;
import dev.tesuji.nn.LatentAttention;
import dev.tesuji.tensor.Tensor;

/// Lets the tokens of a pass look back at those before them, by libtorch.
interface TorchAttention {
  /// Maps `[N, C]` to `[N, C]`.
  Tensor forward(Tensor x, Pass pass);

  /// Returns the attention of a layer.
  ///
  /// @param norm of heads
  static TorchAttention of(DecoderLayer layer, TorchNorm norm) {
    return switch (layer.attention()) {
      case GroupedAttention grouped -> new TorchGroupedAttention(grouped, layer.number(), norm);
      case LatentAttention latent -> new TorchLatentAttention(latent, layer.number());
    };
  }
}
