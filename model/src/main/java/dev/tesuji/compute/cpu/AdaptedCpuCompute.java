package dev.tesuji.compute.cpu;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.Set;

/// A model with adapters on a CPU: whole sequences go past the adapters by libtorch, which takes
/// gradients to them; generation goes by kernels, with the adapters merged into the packed weights.
///
/// @param sequences computes whole sequences
/// @param generation generates
record AdaptedCpuCompute(Compute sequences, Compute generation) implements Compute {
  @Override
  public Dtype product() {
    return generation.product();
  }

  @Override
  public Dtype sequenceProduct() {
    return sequences.product();
  }

  @Override
  public Set<Dtype> productTypes() {
    return generation.productTypes();
  }

  @Override
  public void multiplyIn(Dtype type) {
    generation.multiplyIn(type);
    if (sequences.productTypes().contains(type)) { // of experts, others than the weights' too
      sequences.multiplyIn(type);
    }
  }

  @Override
  public TokenBatch batch(List<int[]> texts, int[] shareable) {
    return sequences.batch(texts, shareable);
  }

  @Override
  public Tensor hidden(TokenBatch batch) {
    return sequences.hidden(batch);
  }

  @Override
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    return sequences.trainingPass(batch, settings);
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity) {
    return generation.decoding(capacity);
  }

  @Override
  public boolean takesEightBits() {
    return generation.takesEightBits();
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return sequences.logits(hidden);
  }

  @Override
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    return sequences.logitsBackward(gradient, hidden);
  }

  @Override
  public int scoringTokens(int most) {
    return sequences.scoringTokens(most);
  }

  @Override
  public ComputeMemory memory() {
    return new Memory(sequences.memory(), generation.memory());
  }

  @Override
  public Compute withAdapters() {
    return this;
  }

  private record Memory(ComputeMemory sequences, ComputeMemory generation)
      implements ComputeMemory {
    @Override
    public long activations(TrainingLoad load) {
      return sequences.activations(load);
    }

    @Override
    public long decoding(DecodingCapacity capacity, int prompts) {
      return generation.decoding(capacity, prompts);
    }

    @Override
    public boolean growsWithTokens() {
      return generation.growsWithTokens();
    }

    @Override
    public long prefill(long tokens, long longest) {
      return generation.prefill(tokens, longest);
    }
  }
}
