package dev.tesuji.compute.torch;

import dev.tesuji.check.Require;
import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tensor.WidenedProducts;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Any model on any device, by libtorch's operations and its automatic gradients.
public final class TorchCompute implements Compute {
  private final CausalLm model;
  private TorchDecoder decoder;

  /// Makes the arithmetic of a model.
  public TorchCompute(CausalLm model) {
    this.model = model;
    decoder = new TorchDecoder(model, model.dtype());
  }

  @Override
  public Dtype product() {
    return decoder.product();
  }

  /// Returns that of the weights, and for a float32 model with experts on a CPU also bfloat16: of
  /// such a model almost all arithmetic is in their products.
  @Override
  public Set<Dtype> productTypes() {
    boolean narrow =
        model.dtype() == Dtype.FLOAT32
            && model.device().isCpu()
            && model.config().feedForward().experts() != null
            && Kernels.available(Dtype.BFLOAT16);
    return narrow ? Set.of(Dtype.FLOAT32, Dtype.BFLOAT16) : Set.of(model.dtype());
  }

  @Override
  public void multiplyIn(Dtype type) {
    Set<Dtype> types = productTypes();
    Require.that(
        types.contains(type),
        "type",
        types.size() > 1 ? "one of " + types : "that of the weights, " + model.dtype(),
        type);
    decoder = new TorchDecoder(model, type);
  }

  @Override
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    return TokenBatch.of(sequences, model.device());
  }

  @Override
  public Tensor hidden(TokenBatch batch) {
    return decoder.through(decoder.embed(batch.ids()), whole(batch, null));
  }

  @Override
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    ExpertsConfig experts = model.config().feedForward().experts();
    RouterLoss loss =
        experts == null || settings.balance() == 0
            ? null
            : RouterLoss.of(experts, settings.balance());
    return new AutogradTrainingPass(decoder, batch.ids(), whole(batch, loss), settings);
  }

  private Pass.Whole whole(TokenBatch batch, @Nullable RouterLoss balance) {
    return new Pass.Whole(batch, decoder.angles(batch), balance);
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity) {
    return new TorchDecoding(decoder, capacity);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return decoder.logits(hidden);
  }

  @Override
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    try (NoGrad _ = NoGrad.on()) {
      Tensor head = model.head();
      Tensor narrow = decoder.logitsBefore(gradient, hidden).to(model.dtype());
      if (head.requiresGrad()) {
        head.startedGrad().addmm_(narrow.transpose(0, 1), hidden);
      }
      return narrow.matmul(head);
    }
  }

  /// Returns 1 on the CPU, where sums depend on the number of rows; elsewhere `most`, since a GPU
  /// that reads one sequence at a time stands still.
  @Override
  public int scoringTokens(int most) {
    return model.device().isCpu() ? 1 : most;
  }

  @Override
  public ComputeMemory memory() {
    boolean widened = WidenedProducts.areMadeOf(model.dtype(), model.device());
    return new TorchMemory(model.config(), model.dtype(), product(), widened);
  }

  @Override
  public Compute withAdapters() {
    return this;
  }
}
