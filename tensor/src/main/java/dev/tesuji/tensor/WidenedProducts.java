package dev.tesuji.tensor;

import org.jspecify.annotations.Nullable;

/// Linear maps in bfloat16 that are multiplied in float32 and rounded then, since the processor is
/// slow in bfloat16: the sums are float32 either way.
public final class WidenedProducts {
  private static final long ROWS = 16; // with fewer, widening the weight takes longer
  private static final boolean SLOW = Processor.here().isSlowInBfloat16();

  private WidenedProducts() {}

  /// Returns whether many rows are multiplied so by weights of a type on a device.
  public static boolean areMadeOf(Dtype weights, Device device) {
    return weights == Dtype.BFLOAT16 && device.isCpu() && SLOW;
  }

  static boolean take(Tensor x, Tensor weight) {
    return SLOW
        && areMadeOf(weight.dtype(), weight.device())
        && x.elements() >= ROWS * weight.size(1);
  }

  static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    Tensor wide = bias == null ? null : bias.to(Dtype.FLOAT32);
    return x.to(Dtype.FLOAT32).linear(weight.to(Dtype.FLOAT32), wide).to(Dtype.BFLOAT16);
  }
}
