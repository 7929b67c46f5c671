package dev.tesuji.compute.cpu;

import dev.tesuji.check.Require;
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

/// A model with windows on a CPU: kernels compute what fits into the shortest window, where windows
/// hide nothing; libtorch computes longer sequences.
///
/// @param kernels know no windows
/// @param libtorch knows them
/// @param window W, the shortest
record WindowedCpuCompute(CpuCompute kernels, Compute libtorch, int window) implements Compute {
  private Compute of(int longest) {
    return longest <= window ? kernels : libtorch;
  }

  @Override
  public Dtype product() {
    return kernels.product();
  }

  /// Returns the weights' type, the only one that both know.
  @Override
  public Set<Dtype> productTypes() {
    return libtorch.productTypes();
  }

  @Override
  public void multiplyIn(Dtype type) {
    Set<Dtype> types = productTypes();
    Require.that(types.contains(type), "type", "one of " + types, type);
  }

  @Override
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    int longest = sequences.stream().mapToInt(s -> s.length).max().orElse(0);
    return of(longest).batch(sequences, shareable);
  }

  @Override
  public Tensor hidden(TokenBatch batch) {
    return of(batch.longest()).hidden(batch);
  }

  @Override
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    return of(batch.longest()).trainingPass(batch, settings);
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity) {
    return of(longest(capacity)).decoding(capacity);
  }

  /// Returns who can take a gradient back to hidden states: what kernels leave is float32 always,
  /// what libtorch leaves has the weights' type.
  private Compute reader(Tensor hidden) {
    return hidden.dtype() == Dtype.FLOAT32 ? kernels : libtorch;
  }

  private static int longest(DecodingCapacity capacity) {
    return capacity.longestPrompt() + capacity.newTokens();
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return reader(hidden).logits(hidden);
  }

  @Override
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    return reader(hidden).logitsBackward(gradient, hidden);
  }

  /// Returns 1, so that what else is read decides nothing about who reads a sequence.
  @Override
  public int scoringTokens(int most) {
    return 1;
  }

  @Override
  public ComputeMemory memory() {
    return new Memory(kernels.memory(), libtorch.memory(), window);
  }

  @Override
  public Compute withAdapters() {
    return new AdaptedCpuCompute(libtorch, kernels.mergesAdapters() ? this : libtorch);
  }

  private record Memory(ComputeMemory kernels, ComputeMemory libtorch, int window)
      implements ComputeMemory {
    @Override
    public long activations(TrainingLoad load) {
      return (load.longest() <= window ? kernels : libtorch).activations(load);
    }

    @Override
    public long decoding(DecodingCapacity capacity, int prompts) {
      return (longest(capacity) <= window ? kernels : libtorch).decoding(capacity, prompts);
    }

    @Override
    public long prefill(long tokens, long longest) {
      return Math.max(kernels.prefill(tokens, longest), libtorch.prefill(tokens, longest));
    }
  }
}
