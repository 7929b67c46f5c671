package dev.tesuji.nn;

import dev.tesuji.compute.torch.Pass;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// One layer of the decoder: attention and feed-forward, each behind a norm and beside the residual
/// stream.
public final class DecoderLayer {
  private final Tensor attentionNorm;
  private final Attention attention;
  private final Tensor feedForwardNorm;
  private final FeedForward feedForward;
  private final double epsilon;

  DecoderLayer(Parameters parameters, ModelConfig config, int layer) {
    String name = "model.layers." + layer;
    epsilon = config.normEpsilon();
    attentionNorm = parameters.make(name + ".input_layernorm.weight", config.hiddenSize());
    attention = Attention.of(parameters, config, layer, name + ".self_attn");
    feedForwardNorm =
        parameters.make(name + ".post_attention_layernorm.weight", config.hiddenSize());
    feedForward = FeedForward.of(parameters, config, layer, name + ".mlp");
  }

  public Tensor attentionNorm() {
    return attentionNorm;
  }

  public Attention attention() {
    return attention;
  }

  public Tensor feedForwardNorm() {
    return feedForwardNorm;
  }

  public FeedForward feedForward() {
    return feedForward;
  }

  /// Maps `[N, C]` to `[N, C]`.
  public Tensor forward(Tensor x, Pass pass) {
    try (Scope scope = Scope.open()) { // frees what no gradient needs as soon as the layer is done
      Tensor seen = x.add(attention.forward(x.rmsNorm(attentionNorm, epsilon), pass));
      return scope.keep(
          seen.add(feedForward.forward(seen.rmsNorm(feedForwardNorm, epsilon), pass)));
    }
  }
}
