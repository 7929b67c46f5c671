package dev.tesuji.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.PointerConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Memory for tensors on the CPU: libtorch's for small ones, [LargeBlocks] for the others.
final class Room {
  private static final long LARGE = 1 << 20; // bytes

  private static final LargeBlocks BLOCKS = Memory.large();
  private static final PointerConsumer RELEASE = new Release();

  private Room() {}

  /// Makes what lives as long as the process.
  static void load() {
    if (RELEASE.isNull()) {
      throw new IllegalStateException("libtorch cannot call Java");
    }
  }

  /// Returns a tensor whose content is undefined.
  static Tensor empty(Dtype dtype, long... shape) {
    long bytes = dtype.bytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    long block = bytes < LARGE ? 0 : BLOCKS.take(bytes);
    if (block == 0) {
      return torch.empty(shape, dtype.options(), Handles.MEMORY_FORMAT);
    }
    try (Pointer address = Handles.address(block)) {
      return torch.from_blob(address, shape, RELEASE, dtype.options());
    }
  }

  /// Returns a tensor of zeros.
  static Tensor zeros(Dtype dtype, long... shape) {
    Tensor tensor = empty(dtype, shape);
    tensor.zero_();
    return tensor;
  }

  /// Takes a block back when the last tensor on it is gone. libtorch calls it, on any thread.
  private static final class Release extends PointerConsumer {
    @Override
    public void call(Pointer block) {
      BLOCKS.free(block.address());
    }
  }
}
