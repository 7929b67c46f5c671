package dev.tesuji.model;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Whole sequences on their way through the decoder and back.
///
/// Either libtorch remembers everything that the way back needs, or only what enters each layer is
/// kept and the layer runs again when the gradient reaches it ([Chen et al.,
/// 2016](https://arxiv.org/abs/1604.06174)). Both give the same gradient, bit for bit. Close it to
/// free what it kept.
public final class Reading implements AutoCloseable {
  private final CausalLm model;
  private final Tensor ids;
  private final Pass.Whole pass;
  private final Way way;
  private final Scope owner = Scope.owner();
  private final List<Tensor> inputs =
      new ArrayList<>(); // of the first layer, or of each and the last norm
  private final Tensor hidden;

  /// How sequences are read.
  ///
  /// @param recompute whether to keep only each layer's input and run the layer again on the way
  ///   back, which takes a third more time and much less memory
  /// @param balance the weight of the experts' balance loss, summed over the sequences; 0 for none
  /// @param dropout decides what the dropout of adapters drops
  public record Way(boolean recompute, double balance, long dropout) {}

  Reading(CausalLm model, Tensor ids, Pass.Whole pass, Way way) {
    this.model = model;
    this.ids = ids;
    this.pass = pass;
    this.way = way;
    try (Scope _ = Scope.open();
        Lora.Dropout _ = dropout()) {
      hidden = owner.adopt(way.recompute() ? forget() : remember());
    }
  }

  private Lora.Dropout dropout() {
    return new Lora.Dropout(model.lora(), way.dropout());
  }

  private Tensor remember() {
    Tensor x = owner.adopt(model.embed(ids));
    inputs.add(x);
    return model.through(x, pass);
  }

  private Tensor forget() {
    try (NoGrad _ = NoGrad.on()) {
      Tensor x = model.embed(ids);
      for (DecoderLayer layer : model.layers()) {
        inputs.add(owner.adopt(x));
        x = layer.forward(x, pass);
      }
      inputs.add(owner.adopt(x));
      return model.lastNorm(x);
    }
  }

  /// Returns the hidden states `[N, C]`, without the history that leads to them.
  public Tensor hidden() {
    return hidden.detach();
  }

  /// Adds the gradient of a loss to the parameters; can be called once.
  ///
  /// @param gradient that of the loss at [#hidden], `[N, C]`
  public void backward(Tensor gradient) {
    try (Scope _ = Scope.open();
        Lora.Dropout _ = dropout()) {
      if (!way.recompute()) {
        backward(hidden, gradient);
        Tensor embedded = inputs.getFirst();
        if (embedded.requiresGrad()) {
          model.embedBackward(ids, embedded.grad());
        }
        return;
      }
      Tensor g = again(gradient, model::lastNorm);
      for (DecoderLayer layer : model.layers().reversed()) {
        try (Scope scope = Scope.open()) {
          g = scope.keep(again(g, x -> layer.forward(x, pass)));
        }
      }
      model.embedBackward(ids, g);
    }
  }

  /// Runs a part again from what entered it, takes the gradient back through it, and returns the
  /// gradient at its input.
  private Tensor again(Tensor gradient, UnaryOperator<Tensor> part) {
    try (Tensor input = inputs.removeLast()) {
      Tensor leaf = input.detach().requiresGrad(true);
      if (pass.balance() != null) {
        pass.balance().forget(); // what the first run added has no history
      }
      backward(part.apply(leaf), gradient);
      return leaf.grad();
    }
  }

  private void backward(Tensor output, Tensor gradient) {
    Tensor balance = pass.balance() == null ? null : pass.balance().sum();
    if (balance == null) {
      output.backward(gradient);
    } else {
      output.mul(gradient).to(Dtype.FLOAT32).sum().add(balance).backward();
    }
  }

  @Override
  public void close() {
    owner.close();
    if (pass.balance() != null) {
      pass.balance().close();
    }
  }
}
