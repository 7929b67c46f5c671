package dev.tesuji.nn;

import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Tensor;

/// Lets the tokens of a pass look back at those before them.
public sealed interface Attention permits GroupedAttention, LatentAttention {
  /// Maps `[N, C]` to `[N, C]`.
  Tensor forward(Tensor x, Pass pass);

  /// Makes the attention of a layer.
  ///
  /// @param name what its weights' names begin with
  static Attention of(Parameters parameters, ModelConfig model, int layer, String name) {
    return switch (model.attention()) {
      case AttentionConfig.Grouped grouped ->
          new GroupedAttention(parameters, model, grouped, layer, name);
      case AttentionConfig.Latent latent ->
          new LatentAttention(parameters, model, latent, layer, name);
    };
  }
}
