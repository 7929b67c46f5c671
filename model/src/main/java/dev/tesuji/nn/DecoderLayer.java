package dev.tesuji.nn;

import dev.tesuji.tensor.Tensor;

/// The weights of one layer of the decoder: attention and feed-forward, each behind a norm and
/// beside the residual stream.
///
/// @param number its number, from 0
/// @param attentionNorm the weight of the norm before attention, `[C]`
/// @param attention mixes tokens
/// @param feedForwardNorm the weight of the norm before the feed-forward block, `[C]`
/// @param feedForward what each token goes through by itself
public record DecoderLayer(
    int number,
    Tensor attentionNorm,
    Attention attention,
    Tensor feedForwardNorm,
    FeedForward feedForward) {
  /// Makes a layer with undefined weights.
  static DecoderLayer of(Parameters parameters, ModelConfig config, int number) {
    String name = "model.layers." + number;
    Tensor attentionNorm = parameters.make(name + ".input_layernorm.weight", config.hiddenSize());
    Attention attention = Attention.of(parameters, config, name + ".self_attn");
    Tensor feedForwardNorm =
        parameters.make(name + ".post_attention_layernorm.weight", config.hiddenSize());
    FeedForward feedForward = FeedForward.of(parameters, config, number, name + ".mlp");
    return new DecoderLayer(number, attentionNorm, attention, feedForwardNorm, feedForward);
  }
}
