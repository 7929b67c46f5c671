package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// Says what kernels this machine can run.
public final class Kernels {
  /// What widths of matrices must be multiples of.
  public static final int LANES = 16;

  private static final boolean VECTORS =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && Raw.isWide();

  private Kernels() {}

  /// Returns a number rounded up to a multiple of [#LANES].
  public static int whole(int n) {
    return (n + LANES - 1) / LANES * LANES;
  }

  /// Returns whether this machine can run any.
  public static boolean available() {
    return available(Dtype.FLOAT32);
  }

  /// Returns whether products in a type can be computed here: the processor has the instructions,
  /// libtorch the micro-kernel, and the virtual machine was started with the vector module.
  /// Attention needs float32 in any case.
  public static boolean available(Dtype product) {
    return VECTORS && Brgemm.available(Dtype.FLOAT32) && Brgemm.available(product);
  }

  /// Returns how many floats a vector has here, 16 or 8; 0 where there are no kernels. Sums of
  /// others have other last bits.
  public static int vectorLanes() {
    return available() ? Raw.LANES : 0;
  }

  /// Returns where the elements of a contiguous tensor on the CPU begin. The tensor must live while
  /// kernels use it.
  public static long address(Tensor t) {
    return t.data().address();
  }

  /// Copies memory, by all cores where there is much.
  public static void copy(long from, long to, long bytes) {
    long run = 1 << 18;
    KernelThreadPool.run(
        Math.toIntExact((bytes + run - 1) / run),
        (i, _) -> Raw.copy(from + i * run, to + i * run, Math.min(run, bytes - i * run)));
  }

  /// Rounds float32 to the type of products, or copies it.
  public static void type(long wide, long elements, Dtype product, long to) {
    if (product == Dtype.FLOAT32) {
      copy(wide, to, 4 * elements);
    } else {
      Rows.narrow(wide, elements, to);
    }
  }

  /// Returns a float32 tensor in the type of products: itself, or rounded.
  public static Tensor typed(Tensor wide, Dtype product) {
    if (product == Dtype.FLOAT32) {
      return wide;
    }
    Tensor narrow = Tensor.empty(product, wide.shape().sizes());
    Rows.narrow(address(wide), wide.elements(), address(narrow));
    return narrow;
  }
}
