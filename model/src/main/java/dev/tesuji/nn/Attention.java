package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;

/// The weights by which a layer lets tokens look back at those before them.
public sealed interface Attention permits GroupedAttention, LatentAttention {
  /// Makes the attention of a layer.
  ///
  /// @param name the beginning of its weights' names
  static Attention of(Parameters parameters, ModelConfig model, int layer, String name) {
    return switch (model.attention()) {
      case AttentionConfig.Grouped grouped ->
          GroupedAttention.of(parameters, model, grouped, layer, name);
      case AttentionConfig.Latent latent -> LatentAttention.of(parameters, model, latent, name);
    };
  }
}
