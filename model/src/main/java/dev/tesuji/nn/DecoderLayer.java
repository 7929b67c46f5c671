package dev.tesuji.nn;

import dev.tesuji.nn.StreamConfig.Norms;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The weights of one layer of the decoder: attention and feed-forward, each beside the residual
/// stream, with norms before them, behind them or both. Norms are `[C]`, and null where there is
/// none.
///
/// @param number its number, from 0
/// @param attentionNorm the weight of the norm before attention
/// @param attention mixes tokens
/// @param attendedNorm the weight of the norm behind attention
/// @param feedForwardNorm the weight of the norm before the feed-forward block
/// @param feedForward what each token goes through by itself
/// @param fedNorm the weight of the norm behind the feed-forward block
public record DecoderLayer(
    int number,
    @Nullable Tensor attentionNorm,
    Attention attention,
    @Nullable Tensor attendedNorm,
    @Nullable Tensor feedForwardNorm,
    FeedForward feedForward,
    @Nullable Tensor fedNorm) {
  /// Makes a layer with undefined weights.
  static DecoderLayer of(Parameters parameters, ModelConfig config, int number) {
    Norms norms = config.stream().norms();
    boolean before = norms != Norms.AFTER;
    boolean after = norms != Norms.BEFORE;
    String name = "model.layers." + number;
    // Checkpoints call the norm before the feed-forward block `post_attention_layernorm` where none
    // stands behind attention itself.
    String feedForwardNorm = after ? ".pre_feedforward_layernorm" : ".post_attention_layernorm";
    return new DecoderLayer(
        number,
        norm(before, parameters, config, name + ".input_layernorm"),
        Attention.of(parameters, config, number, name + ".self_attn"),
        norm(after, parameters, config, name + ".post_attention_layernorm"),
        norm(before, parameters, config, name + feedForwardNorm),
        FeedForward.of(parameters, config, number, name + ".mlp"),
        norm(after, parameters, config, name + ".post_feedforward_layernorm"));
  }

  private static @Nullable Tensor norm(
      boolean exists, Parameters parameters, ModelConfig config, String name) {
    return exists ? parameters.make(name + ".weight", config.hiddenSize()) : null;
  }
}
