package dev.tesuji.policy;

import dev.tesuji.kernel.ProductSpeed;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Dtype;
import java.util.Set;

/// The type in which a float32 model multiplies matrices. Sums, weights, norms, attention and the
/// optimizer are float32 in any case; a model in another type multiplies in its own.
public enum MatmulPrecision {
  /// bfloat16 where this machine, measured at the start, multiplies at least a third faster in it.
  AUTO,
  /// float32.
  FLOAT32,
  /// bfloat16: factors are rounded to eight binary digits, as in mixed-precision training.
  BFLOAT16;

  private static final double WORTHWHILE = 4.0 / 3;
  private static final int ROUNDS = 3; // of some 0.06 s

  /// Lets a model multiply in the type, where it has the choice.
  public void apply(CausalLm model) {
    Set<Dtype> types = model.compute().productTypes();
    if (types.size() > 1) {
      model.compute().multiplyIn(type());
    }
  }

  /// Measures which type it is to be, where that is left open.
  public MatmulPrecision settled() {
    return switch (this) {
      case AUTO -> Measured.FASTER ? BFLOAT16 : FLOAT32;
      case FLOAT32, BFLOAT16 -> this;
    };
  }

  /// Returns the type that a model multiplies in, for one that is to go with it.
  public static MatmulPrecision of(CausalLm model) {
    return model.product() == Dtype.BFLOAT16 ? BFLOAT16 : FLOAT32;
  }

  private Dtype type() {
    return settled() == BFLOAT16 ? Dtype.BFLOAT16 : Dtype.FLOAT32;
  }

  /// The measurement of a process, made when it is first asked for.
  private static final class Measured {
    static final boolean FASTER = faster();
  }

  /// Measures both types by turns, so that a moment in which others have the machine hits both.
  private static boolean faster() {
    double wide = 0;
    double narrow = 0;
    for (int round = 0; round < ROUNDS; round++) {
      wide = Math.max(wide, ProductSpeed.measure(Dtype.FLOAT32));
      narrow = Math.max(narrow, ProductSpeed.measure(Dtype.BFLOAT16));
    }
    return wide > 0 && narrow >= WORTHWHILE * wide;
  }
}
