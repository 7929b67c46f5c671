package dev.tesuji.compute.torch;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.DecoderLayer;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// A decoder's layers as libtorch runs them.
///
/// @param model the weights
/// @param product the type in which experts multiply
record TorchDecoder(CausalLm model, Dtype product) {
  /// Returns the embeddings of tokens without history, to collect a gradient where they are
  /// trained.
  Tensor embed(Tensor ids) {
    try (NoGrad _ = NoGrad.on()) {
      Tensor embedding = model.embedding();
      return embedding.embedding(ids).requiresGrad(embedding.requiresGrad());
    }
  }

  /// Adds a gradient `[N, C]` at the embeddings of tokens to theirs.
  void embedBackward(Tensor ids, Tensor gradient) {
    Tensor embedding = model.embedding();
    if (embedding.requiresGrad()) {
      try (NoGrad _ = NoGrad.on()) {
        embedding.startedGrad().indexAdd_(0, ids, gradient);
      }
    }
  }

  /// Takes embeddings `[N, C]` through all layers and the last norm.
  Tensor through(Tensor embedded, Pass pass) {
    Tensor x = embedded;
    for (DecoderLayer layer : model.layers()) {
      x = layer(layer, x, pass);
    }
    return lastNorm(x);
  }

  /// Takes the residual stream `[N, C]` through a layer.
  Tensor layer(DecoderLayer layer, Tensor x, Pass pass) {
    double epsilon = model.config().normEpsilon();
    TorchAttention attention = TorchAttention.of(layer, epsilon);
    try (Scope scope = Scope.open()) { // frees what no gradient needs as soon as the layer is done
      Tensor seen = x.add(attention.forward(x.rmsNorm(layer.attentionNorm(), epsilon), pass));
      Tensor normed = seen.rmsNorm(layer.feedForwardNorm(), epsilon);
      return scope.keep(
          seen.add(TorchFeedForward.forward(layer.feedForward(), normed, pass, product)));
    }
  }

  /// Norms the residual stream behind the last layer.
  Tensor lastNorm(Tensor x) {
    return x.rmsNorm(model.norm(), model.config().normEpsilon());
  }

  /// Maps hidden states `[N, C]` to float32 logits `[N, V]`.
  Tensor logits(Tensor hidden) {
    return hidden.linear(model.head(), null).to(Dtype.FLOAT32);
  }

  /// Returns the rotary angles of positions.
  RotaryAngles angles(int[] positions) {
    return RotaryAngles.of(model.rotary(), positions, model.device());
  }
}
