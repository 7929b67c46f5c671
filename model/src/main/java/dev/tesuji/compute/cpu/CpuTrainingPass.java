package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Sequences on their way through the decoder and back by kernels, with the gradient of every step
/// written out.
final class CpuTrainingPass implements TrainingPass {
  private final CpuModel model;
  private final TokenBatch batch;
  private final boolean recompute;
  private final CpuBalance balance;
  private final Scope owner = Scope.owner();
  private final CpuWeights weights;
  private final CpuAngles angles;
  private final CpuLayers.AttentionFn attention;
  private final List<Tensor> inputs = new ArrayList<>(); // of each layer
  private final List<CpuLayers.SavedActivations> saved = new ArrayList<>(); // unless recomputed
  private final Tensor last; // what enters the last norm
  private final Tensor hidden;

  CpuTrainingPass(CpuModel model, TokenBatch batch, Settings settings) {
    this.model = model;
    this.batch = batch;
    recompute = settings.recompute();
    balance = new CpuBalance(settings.balance() * batch.sequences());
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      weights = CpuWeights.inPlace(model);
      angles = CpuAngles.of(model, batch.positions()).keptIn(owner);
      attention = CpuScoring.attentionFn(batch, weights.product());
      CpuLayers layers = CpuLayers.of(weights, angles).counting();
      Tensor x = owner.adopt(model.embed(batch.flat()));
      for (int i = 0; i < weights.layers().size(); i++) {
        try (Scope layer = Scope.open()) {
          inputs.add(x);
          CpuLayers.Result result = layers.remember(i, x, attention);
          x = owner.adopt(result.output());
          balance.add(result.saved());
          if (!recompute) {
            saved.add(result.saved().heldBy(owner));
          }
        }
      }
      last = x;
      hidden = owner.adopt(Tensor.empty(Dtype.FLOAT32, x.size(0), x.size(1)));
      weights.norm().forward(address(x), batch.tokens(), address(hidden), Dtype.FLOAT32);
    }
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
      CpuLayers again = recompute ? CpuLayers.of(weights, angles) : null;
      CpuBackward back = CpuBackward.of(weights, angles, batch, balance);
      CpuBackward.Norm norm = back.norm(weights.norm(), model.weights().norm());
      weights
          .norm()
          .backward(address(dHidden), address(last), batch.tokens(), address(dx), norm.partial());
      norm.add(batch.tokens());
      for (int i = weights.layers().size() - 1; i >= 0; i--) {
        try (Scope _ = Scope.open();
            Tensor input = inputs.removeLast()) {
          CpuLayers.SavedActivations k =
              again == null ? saved.removeLast() : again.remember(i, input, attention).saved();
          back.layer(model.layers().get(i), weights.layers().get(i), k, dx);
          if (again == null) {
            k.close();
          }
        }
      }
      model.embedBackward(batch.flat(), dx);
    }
  }

  @Override
  public void close() {
    weights.close();
    owner.close();
  }
}
