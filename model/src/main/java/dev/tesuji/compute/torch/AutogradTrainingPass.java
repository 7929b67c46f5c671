package dev.tesuji.compute.torch;

import dev.tesuji.compute.TrainingPass;
import dev.tesuji.nn.DecoderLayer;
import dev.tesuji.nn.Lora;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Sequences on their way through the decoder and back by libtorch's automatic gradients: on any
/// device, for any layer.
final class AutogradTrainingPass implements TrainingPass {
  private final TorchDecoder decoder;
  private final Tensor ids;
  private final Pass.Whole pass;
  private final Settings settings;
  private final Scope owner = Scope.owner();
  private final List<Tensor> inputs =
      new ArrayList<>(); // of the first layer, or of each and the last norm
  private final Tensor hidden;

  AutogradTrainingPass(TorchDecoder decoder, Tensor ids, Pass.Whole pass, Settings settings) {
    this.decoder = decoder;
    this.ids = ids;
    this.pass = pass;
    this.settings = settings;
    try (Scope _ = Scope.open();
        Lora.Dropout _ = dropout()) {
      hidden = owner.adopt(settings.recompute() ? forget() : remember());
    }
  }

  private Lora.Dropout dropout() {
    return new Lora.Dropout(decoder.model().lora(), settings.dropout());
  }

  private Tensor remember() {
    Tensor x = owner.adopt(decoder.embed(ids));
    inputs.add(x);
    return decoder.through(x, pass);
  }

  private Tensor forget() {
    try (NoGrad _ = NoGrad.on()) {
      Tensor x = decoder.embed(ids);
      for (DecoderLayer layer : decoder.model().layers()) {
        inputs.add(owner.adopt(x));
        x = decoder.layer(layer, x, pass);
      }
      inputs.add(owner.adopt(x));
      return decoder.lastNorm(x);
    }
  }

  @Override
  public Tensor hidden() {
    return hidden.detach();
  }

  @Override
  public void backward(Tensor gradient) {
    try (Scope _ = Scope.open();
        Lora.Dropout _ = dropout()) {
      if (!settings.recompute()) {
        backward(hidden, gradient);
        Tensor embedded = inputs.getFirst();
        if (embedded.requiresGrad()) {
          decoder.embedBackward(ids, embedded.grad());
        }
        return;
      }
      Tensor g = again(gradient, decoder::lastNorm);
      for (DecoderLayer layer : decoder.model().layers().reversed()) {
        try (Scope scope = Scope.open()) {
          g = scope.keep(again(g, x -> decoder.layer(layer, x, pass)));
        }
      }
      decoder.embedBackward(ids, g);
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
