package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.DecoderLayer;
import dev.tesuji.nn.StreamConfig;
import dev.tesuji.nn.StreamConfig.EmbeddingScale;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
      double scale = embeddingScale();
      Tensor looked = embedding.embedding(ids);
      Tensor scaled = scale == 1 ? looked : looked.mul(scale);
      return scaled.requiresGrad(embedding.requiresGrad());
    }
  }

  private double embeddingScale() {
    EmbeddingScale scale = model.config().stream().embedding();
    if (!scale.typed()) {
      return scale.factor();
    }
    try (Tensor exact = Tensor.of(new float[] {(float) scale.factor()}, 1);
        Tensor typed = exact.to(model.dtype())) {
      return typed.item();
    }
  }

  /// Adds a gradient `[N, C]` at the embeddings of tokens to theirs.
  void embedBackward(Tensor ids, Tensor gradient) {
    Tensor embedding = model.embedding();
    if (embedding.requiresGrad()) {
      try (NoGrad _ = NoGrad.on()) {
        double scale = embeddingScale();
        Tensor scaled = scale == 1 ? gradient : gradient.mul(scale);
        embedding.startedGrad().indexAdd_(0, ids, scaled);
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
    TorchAttention attention = TorchAttention.of(layer, norm());
    try (Scope scope = Scope.open()) { // frees what no gradient needs as soon as the layer is done
      Tensor attended = attention.forward(normed(x, layer.attentionNorm()), pass);
      Tensor seen = added(x, attended, layer.attendedNorm());
      Tensor normed = normed(seen, layer.feedForwardNorm());
      Tensor fed = TorchFeedForward.forward(layer.feedForward(), normed, pass, product);
      return scope.keep(added(seen, fed, layer.fedNorm()));
    }
  }

  private TorchNorm norm() {
    return TorchNorm.of(model.config().stream());
  }

  private Tensor normed(Tensor x, @Nullable Tensor weight) {
    return weight == null ? x : norm().apply(x, weight);
  }

  /// Adds what a block gives to the stream, normed and scaled first.
  private Tensor added(Tensor stream, Tensor given, @Nullable Tensor weight) {
    return stream.add(normed(given, weight), model.config().stream().residual());
  }

  /// Norms the residual stream behind the last layer.
  Tensor lastNorm(Tensor x) {
    return norm().apply(x, model.norm());
  }

  /// Maps hidden states `[N, C]` to float32 logits `[N, V]`.
  Tensor logits(Tensor hidden) {
    StreamConfig stream = model.config().stream();
    Tensor logits = hidden.linear(model.head(), null).to(Dtype.FLOAT32);
    Tensor scaled = stream.logits() == 1 ? logits : logits.mul(stream.logits());
    double cap = stream.logitCap();
    return cap == 0 ? scaled : scaled.div(cap).tanh().mul(cap);
  }

  /// Takes a gradient at the logits, float32 `[N, V]`, back to those before they are scaled and
  /// capped.
  Tensor logitsBefore(Tensor gradient, Tensor hidden) {
    StreamConfig stream = model.config().stream();
    Tensor scaled = stream.logits() == 1 ? gradient : gradient.mul(stream.logits());
    double cap = stream.logitCap();
    if (cap == 0) {
      return scaled;
    }
    Tensor slope = logits(hidden).div(cap).square().neg().add(1); // 1 - tanh²
    return scaled.mul(slope);
  }

  /// Returns the rotary angles of the tokens of a batch.
  LayerAngles angles(TokenBatch batch) {
    return LayerAngles.of(model, batch.positions(), batch.lengths());
  }

  /// Returns the rotary angles of positions, each that of the last token of its sequence.
  LayerAngles angles(int[] positions) {
    int[] lengths = Arrays.stream(positions).map(p -> p + 1).toArray();
    return LayerAngles.of(model, positions, lengths);
  }

  /// Returns the windows of all layers, and 0.
  Set<Integer> windows() {
    Set<Integer> windows = new TreeSet<>(Set.of(0));
    for (DecoderLayer layer : model.layers()) {
      windows.add(model.config().sight(layer.number()).window());
    }
    return windows;
  }
}
