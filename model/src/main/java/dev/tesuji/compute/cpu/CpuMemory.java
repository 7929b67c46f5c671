package dev.tesuji.compute.cpu;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.kernel.CausalAttention;
import dev.tesuji.kernel.KernelThreadPool;
import dev.tesuji.kernel.PagedAttention;
import dev.tesuji.tensor.Dtype;

/// The memory that kernels take, counted tensor by tensor.
///
/// @param model what they compute
record CpuMemory(CpuModel model) implements ComputeMemory {
  @Override
  public long activations(TrainingLoad load) {
    int vocabulary = model.weights().config().vocabularySize();
    long rows = Compute.logitsRows(vocabulary);
    long width = model.weights().config().hiddenSize();
    long joined = load.tokens() > rows ? load.tokens() * Float.BYTES * width : 0;
    long logits = bytesPerLogit() * vocabulary * Math.min(load.tokens(), rows);
    return CpuActivationMemory.of(model)
            .trained(load.tokens(), load.layers(), logits, load.recompute())
        + KernelThreadPool.slots()
            * CausalAttention.workspaceBytes(model.heads(), model.product(), load.longest(), false)
        + joined;
  }

  /// Returns the bytes of a logit with its gradient: float32, what goes into the product back, and
  /// the same by columns.
  private long bytesPerLogit() {
    Dtype product = model.product();
    return Float.BYTES + (product == Dtype.FLOAT32 ? Float.BYTES : 2L * product.bytes());
  }

  @Override
  public long decoding(DecodingCapacity capacity, int prompts) {
    return CpuDecoding.bytes(model.generating(capacity), capacity, prompts);
  }

  @Override
  public boolean growsWithTokens() {
    return true;
  }

  @Override
  public long prefill(long tokens, long longest) {
    return CpuActivationMemory.of(model).read(tokens)
        + KernelThreadPool.slots() * PagedAttention.workspaceBytes(model.heads(), longest);
  }
}
