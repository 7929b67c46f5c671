package dev.tesuji.model;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.RmsNorm;
import dev.tesuji.kernel.Rows;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.kernel.WeightGradient;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sequences on their way through the decoder and back by kernels, with the gradient of every step
/// written out.
final class HostReading implements Reading {
  private final CausalLm model;
  private final TokenBatch batch;
  private final boolean recompute;
  private final Scope owner = Scope.owner();
  private final HostWeights weights;
  private final Tensor angles;
  private final HostLayers layers;
  private final List<Tensor> inputs = new ArrayList<>(); // of each layer
  private final List<HostLayers.Kept> kept = new ArrayList<>(); // unless recomputed
  private final Tensor last; // what enters the last norm
  private final Tensor hidden;

  HostReading(CausalLm model, TokenBatch batch, boolean recompute) {
    this.model = model;
    this.batch = batch;
    this.recompute = recompute;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      weights = HostWeights.inPlace(model);
      angles = owner.adopt(model.rotary().table(batch.positions()));
      layers = new HostLayers(weights, angles, HostScoring.look(batch, weights.product()));
      Tensor x = owner.adopt(model.embedOnHost(batch.flat()));
      for (int i = 0; i < weights.layers().size(); i++) {
        try (Scope layer = Scope.open()) {
          inputs.add(x);
          HostLayers.Result result = layers.remember(i, x);
          x = owner.adopt(result.output());
          if (!recompute) {
            kept.add(hold(result.kept()));
          }
        }
      }
      last = x;
      hidden = owner.adopt(Tensor.empty(Dtype.FLOAT32, x.size(0), x.size(1)));
      weights.norm().forward(address(x), batch.tokens(), address(hidden), Dtype.FLOAT32);
    }
  }

  private HostLayers.Kept hold(HostLayers.Kept k) {
    Tensor projected = k.projected();
    return new HostLayers.Kept(
        k.input(),
        projected == null ? null : owner.adopt(projected),
        owner.adopt(k.heads()),
        owner.adopt(k.mixed()),
        owner.adopt(k.middle()),
        owner.adopt(k.both()));
  }

  @Override
  public Tensor hidden() {
    return hidden.detach();
  }

  @Override
  public void backward(Tensor gradient) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor dx = Tensor.zeros(Dtype.FLOAT32, last.size(0), last.size(1));
      Tensor dHidden = gradient.to(Dtype.FLOAT32).contiguous();
      normBackward(weights.norm(), model.norm(), dHidden, last, dx);
      for (int i = weights.layers().size() - 1; i >= 0; i--) {
        try (Scope _ = Scope.open()) {
          backward(i, dx);
        }
      }
      model.embedBackward(batch.ids(), dx.to(model.dtype()));
    }
  }

  private void backward(int i, Tensor dx) {
    HostLayers.Kept k = recompute ? layers.remember(i, inputs.get(i)).kept() : kept.removeLast();
    DecoderLayer layer = model.layers().get(i);
    try (Scope _ = Scope.open()) {
      feedForward(weights.layers().get(i), layer, k, dx);
    }
    attention(weights.layers().get(i), layer, k, dx);
    if (!recompute) {
      k.heads().close();
      k.mixed().close();
      k.middle().close();
      k.both().close();
    }
  }

  private void feedForward(HostWeights.Layer w, DecoderLayer layer, HostLayers.Kept k, Tensor dx) {
    GatedFeedForward block = (GatedFeedForward) layer.feedForward();
    int n = batch.tokens();
    int width = w.down().depth();
    Dtype type = weights.product();
    Tensor dOut = typed(dx);
    Tensor dActive = back(dOut, block.down());
    Tensor active = Tensor.empty(type, n, width);
    SwiGlu.backward(type, address(k.both()), address(dActive), n, width, address(active));
    addGradient(block.down(), dOut, active);
    Tensor dNormed = back(k.both(), block.gateUp());
    addGradient(block.gateUp(), k.both(), normed(w.feedForwardNorm(), k.middle()));
    normBackward(w.feedForwardNorm(), layer.feedForwardNorm(), dNormed, k.middle(), dx);
  }

  private void attention(HostWeights.Layer w, DecoderLayer layer, HostLayers.Kept k, Tensor dx) {
    GroupedAttention block = (GroupedAttention) layer.attention();
    int n = batch.tokens();
    Heads heads = w.heads();
    Tensor dOut = typed(dx);
    Tensor dMixed = back(dOut, block.output());
    addGradient(block.output(), dOut, k.mixed());
    Tensor dHeads = Tensor.zeros(Dtype.FLOAT32, heads.elements(n));
    HostScoring.attention(batch, heads)
        .backward(address(k.heads()), address(dMixed), address(dHeads));
    int stride = heads.heads() * heads.dim();
    Tensor dProjected = Tensor.empty(Dtype.FLOAT32, n, stride);
    Tensor dQueryNorm = Tensor.zeros(Dtype.FLOAT32, heads.dim());
    Tensor dKeyNorm = Tensor.zeros(Dtype.FLOAT32, heads.dim());
    Tensor before = k.projected();
    heads.join(
        address(dHeads),
        n,
        address(angles),
        before == null ? 0 : address(before),
        new Heads.NormGradients(address(dQueryNorm), address(dKeyNorm)),
        address(dProjected));
    addTo(block.queryNorm(), dQueryNorm);
    addTo(block.keyNorm(), dKeyNorm);
    Tensor bias = block.qkv().bias();
    if (bias != null && bias.requiresGrad()) {
      Tensor sum = Tensor.zeros(Dtype.FLOAT32, stride);
      Rows.sum(address(dProjected), n, stride, address(sum));
      addTo(bias, sum);
    }
    Tensor dQkv = typed(dProjected);
    Tensor dNormed = back(dQkv, block.qkv());
    addGradient(block.qkv(), dQkv, normed(w.attentionNorm(), k.input()));
    normBackward(w.attentionNorm(), layer.attentionNorm(), dNormed, k.input(), dx);
  }

  private Tensor normed(RmsNorm norm, Tensor x) {
    Tensor normed = Tensor.empty(weights.product(), x.size(0), x.size(1));
    norm.forward(address(x), batch.tokens(), address(normed), weights.product());
    return normed;
  }

  private void normBackward(RmsNorm norm, Tensor weight, Tensor dy, Tensor x, Tensor dx) {
    Tensor dw = Tensor.zeros(Dtype.FLOAT32, weight.elements());
    norm.backward(address(dy), address(x), batch.tokens(), address(dx), address(dw));
    addTo(weight, dw);
  }

  /// Takes a gradient at the outputs of a projection to its inputs.
  private Tensor back(Tensor dy, Linear linear) {
    Panels panels = Panels.plain(linear.weight(), weights.product());
    Tensor dx = Tensor.empty(Dtype.FLOAT32, batch.tokens(), panels.width());
    MatrixProduct.run(address(dy), batch.tokens(), panels, address(dx), false);
    return dx;
  }

  private void addGradient(Linear linear, Tensor dy, Tensor x) {
    if (linear.weight().requiresGrad()) {
      WeightGradient.add(weights.product(), dy, x, batch.tokens(), linear.weight().startedGrad());
    }
  }

  private static void addTo(@Nullable Tensor weight, Tensor gradient) {
    if (weight != null && weight.requiresGrad()) {
      weight.startedGrad().add_(gradient, 1);
    }
  }

  private Tensor typed(Tensor wide) {
    return Kernels.typed(wide, weights.product());
  }

  @Override
  public void close() {
    weights.close();
    owner.close();
  }
}
