package dev.tesuji.kernel;

import static java.util.Objects.requireNonNull;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NativeFunctions;
import dev.tesuji.tensor.Processor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// oneDNN's matrix micro-kernel, which libtorch holds: a product of two blocks on one thread, C
/// (+)= A · B, summed in float32, or in int32 where A is of bytes.
///
/// A call costs some tens of nanoseconds. oneDNN compiles code for every set of dimensions and
/// keeps it, so callers should use few different ones.
///
/// @param type of A and B
/// @param m rows of A and C
/// @param n columns of B and C
/// @param k columns of A, rows of B
/// @param lda elements from one row of A to the next
/// @param ldb the same for B
/// @param ldc the same for C
/// @param add whether to add to C
record Brgemm(Dtype type, long m, long n, long k, long lda, long ldb, long ldc, boolean add) {
  private static final String NAME = "_ZN2at6native7cpublas6brgemmEllllllbPK";
  private static final @Nullable MethodHandle FLOAT32 = find("avx2", NAME + "fS3_Pfb");
  private static final @Nullable MethodHandle BFLOAT16 =
      find("avx512_bf16", NAME + "N3c108BFloat16ES5_Pfb");
  private static final @Nullable MethodHandle UINT8 = find("avx512_vnni", NAME + "hPKaPib");

  /// Returns whether this machine and this libtorch have the kernel for a type of A and B.
  static boolean available(Dtype type) {
    return switch (type) {
      case FLOAT32 -> FLOAT32 != null;
      case BFLOAT16 -> BFLOAT16 != null;
      case UINT8 -> UINT8 != null;
      default -> false;
    };
  }

  /// Multiplies.
  ///
  /// @param a where A begins, `[m, k]`
  /// @param b where B begins: float32 `[k, n]`; bfloat16 `[k/2, n, 2]`, its rows in pairs; of
  ///   signed bytes where A is of unsigned ones, `[k/4, n, 4]`
  /// @param c where C begins, float32 or int32 `[m, n]`
  void run(long a, long b, long c) {
    try {
      if (type == Dtype.FLOAT32) {
        requireNonNull(FLOAT32).invokeExact(m, n, k, lda, ldb, ldc, add, a, b, c, false);
      } else if (type == Dtype.UINT8) {
        requireNonNull(UINT8).invokeExact(m, n, k, lda, ldb, ldc, add, a, b, c, true);
      } else {
        requireNonNull(BFLOAT16).invokeExact(m, n, k, lda, ldb, ldc, add, a, b, c, true);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a matrix kernel failed: " + this, e);
    }
  }

  private static @Nullable MethodHandle find(String flag, String symbol) {
    if (!Processor.here().instructions().contains(flag)) {
      return null;
    }
    var l = ValueLayout.JAVA_LONG;
    var z = ValueLayout.JAVA_BOOLEAN;
    // Addresses travel as longs: the other side sees the same registers.
    return NativeFunctions.find(symbol, FunctionDescriptor.ofVoid(l, l, l, l, l, l, z, l, l, l, z));
  }
}
