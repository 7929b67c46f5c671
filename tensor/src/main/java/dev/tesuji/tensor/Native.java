package dev.tesuji.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/// Loads libtorch once, with the settings under which it was measured to be fast.
///
/// - `maxPhysicalBytes=0`: JavaCPP otherwise reads the process's memory at every allocation, which
///   triples the cost of an operation, and throws when it exceeds four times the heap.
/// - MKL carries the matrix products where it is on the class path. Elsewhere OpenBLAS does, with
///   one thread per caller: its own threads would fight libtorch's OpenMP threads for the cores.
/// - `GOMP_SPINCOUNT=0`: threads that wait must not spin on a machine with few cores.
/// - Freed memory stays with the process ([CLibrary#keepFreedMemory], [LargeBlocks]).
final class Native {
  private static final boolean HAS_MKL = onClassPath("org/bytedeco/mkl/global/mkl_rt.class");
  private static final boolean LOADED = init();

  private Native() {}

  /// Loads the libraries; every first use of libtorch goes through here.
  static void load() {
    if (!LOADED) {
      throw new IllegalStateException("libtorch is not loaded");
    }
  }

  /// Names the library behind matrix products.
  static String blas() {
    return HAS_MKL ? "MKL" : "OpenBLAS";
  }

  private static boolean init() {
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    if (HAS_MKL) {
      System.setProperty("org.bytedeco.openblas.load", "mkl");
    }
    CLibrary.setEnvironment("OPENBLAS_NUM_THREADS", "1");
    CLibrary.keepFreedMemory();
    CLibrary.setEnvironment("GOMP_SPINCOUNT", "0");
    Loader.load(torch.class);
    Dtype.loadOptions();
    Integer threads = Integer.getInteger("tesuji.threads");
    if (threads != null) {
      torch.set_num_threads(threads);
    }
    return true;
  }

  private static boolean onClassPath(String resource) {
    return Native.class.getClassLoader().getResource(resource) != null;
  }
}
