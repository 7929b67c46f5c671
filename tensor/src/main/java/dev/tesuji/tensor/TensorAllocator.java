package dev.tesuji.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.PointerConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// Memory for tensors: [LargeBlocks] for large ones on the CPU, libtorch's for the others.
final class TensorAllocator {
  private static final long LARGE = 1 << 20; // bytes

  private static final LargeBlocks BLOCKS = Memory.large();
  private static final PointerConsumer RELEASE = new Release();

  private TensorAllocator() {}

  /// Makes what lives as long as the process.
  static void load() {
    if (RELEASE.isNull()) {
      throw new IllegalStateException("libtorch cannot call Java");
    }
  }

  /// Returns a tensor on a device whose content is undefined.
  static Tensor empty(Dtype dtype, Device device, long... shape) {
    if (device.isCpu()) {
      return empty(dtype, shape);
    }
    try (TensorOptions options = Handles.options(dtype, device)) {
      return torch.empty(shape, options, Handles.MEMORY_FORMAT);
    }
  }

  /// Returns a tensor on the CPU whose content is undefined.
  static Tensor empty(Dtype dtype, long... shape) {
    long bytes = dtype.bytes();
    for (long size : shape) {
      bytes = Shape.times(bytes, size);
    }
    long block = bytes < LARGE ? 0 : BLOCKS.take(bytes);
    if (block == 0) {
      return torch.empty(shape, dtype.options(), Handles.MEMORY_FORMAT);
    }
    try (Pointer address = Handles.address(block)) {
      return torch.from_blob(address, shape, RELEASE, dtype.options());
    }
  }

  /// Returns a tensor of zeros on a device.
  static Tensor zeros(Dtype dtype, Device device, long... shape) {
    Tensor tensor = empty(dtype, device, shape);
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
