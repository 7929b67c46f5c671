package dev.tesuji.compute.cpu;

import dev.tesuji.check.Require;
import dev.tesuji.compute.AdapterWeights;
import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.compute.torch.TorchCompute;
import dev.tesuji.kernel.EightBitPanels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Models of grouped attention and gated blocks or experts on CPUs, by our own kernels.
public final class CpuCompute implements Compute {
  private CpuModel model;

  private CpuCompute(CpuModel model) {
    this.model = model;
  }

  /// Returns the arithmetic of a model; empty where a part of it is unknown to the kernels, or this
  /// machine cannot run them.
  public static Optional<Compute> of(CausalLm model) {
    return CpuModel.of(model)
        .map(known -> {
          CpuCompute kernels = new CpuCompute(known);
          return known.window() == Integer.MAX_VALUE
              ? kernels
              : new WindowedCpuCompute(kernels, new TorchCompute(model), known.window());
        });
  }

  /// Returns whether the kernels compute all of a model, and multiply by matrices in blocks
  /// wherever it has some.
  public static boolean takesBlocks(CausalLm model) {
    return CpuModel.of(model)
        .filter(known -> !known.hasExperts() && known.window() == Integer.MAX_VALUE)
        .isPresent();
  }

  @Override
  public Dtype product() {
    return model.product();
  }

  @Override
  public Set<Dtype> productTypes() {
    return model.productTypes();
  }

  @Override
  public void multiplyIn(Dtype type) {
    Set<Dtype> types = model.productTypes();
    Require.that(types.contains(type), "type", "one of " + types, type);
    model = model.multiplyingIn(type);
  }

  @Override
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    return TokenBatch.sharing(sequences, shareable, Device.CPU);
  }

  @Override
  public Tensor hidden(TokenBatch batch) {
    return CpuScoring.hidden(model, batch);
  }

  @Override
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    if (model.weights().isInBlocks()) {
      throw new IllegalStateException(
          "a model whose weights stay in blocks, as they are stored, is not trained: load it as"
              + " float32 or bfloat16");
    }
    return new CpuTrainingPass(model, batch, settings);
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity) {
    return decoding(capacity, List.of());
  }

  @Override
  public boolean takesAdapters() {
    return !model.hasExperts();
  }

  @Override
  public boolean takesEightBits() {
    return EightBitPanels.available() && !model.hasExperts() && !model.weights().isInBlocks();
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity, List<AdapterWeights> adapters) {
    return new CpuDecoding(model.generating(capacity), capacity, adapters);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return CpuScoring.logits(model, hidden);
  }

  @Override
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    try (NoGrad _ = NoGrad.on()) {
      return CpuScoring.logitsBackward(model, gradient, hidden);
    }
  }

  /// Returns `most`: a token's numbers do not depend on the others in the batch.
  @Override
  public int scoringTokens(int most) {
    return most;
  }

  @Override
  public ComputeMemory memory() {
    return new CpuMemory(model);
  }

  @Override
  public Compute withAdapters() {
    TorchCompute sequences = new TorchCompute(model.weights());
    if (sequences.productTypes().contains(product())) {
      sequences.multiplyIn(product());
    }
    return new AdaptedCpuCompute(sequences, mergesAdapters() ? this : sequences);
  }

  /// Returns whether adapters are merged into the weights that it packs: only into float32, which
  /// rounds nothing of them away.
  boolean mergesAdapters() {
    return model.weights().dtype() == Dtype.FLOAT32;
  }
}
