package dev.tesuji.compute.cpu;

import static java.util.Objects.requireNonNull;

import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.Rotary;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cosines, then the sines, of the angles of N tokens, float32 `[N, D]`, for every layer.
///
/// A layer that positions do not turn has angles of 0, which leave every number as it is.
final class CpuAngles {
  private final Map<RopeConfig, Tensor> turned = new LinkedHashMap<>();
  private final @Nullable Tensor still; // null where all layers turn
  private final long[] addresses; // by layer
  private final int tokens;

  private CpuAngles(CpuModel model, int[] positions) {
    tokens = positions.length;
    addresses = new long[model.layers().size()];
    boolean all = model.layers().stream().allMatch(l -> l.attention().sight().rope() != null);
    still = all ? null : still(tokens, model.heads().dim());
    for (int l = 0; l < addresses.length; l++) {
      RopeConfig rope = model.layers().get(l).attention().sight().rope();
      addresses[l] = Kernels.address(table(model, rope, positions));
    }
  }

  /// Computes the angles of positions, in the open scope.
  static CpuAngles of(CpuModel model, int[] positions) {
    return new CpuAngles(model, positions);
  }

  private Tensor table(CpuModel model, @Nullable RopeConfig rope, int[] positions) {
    Rotary rotary = rope == null ? null : model.weights().rotaries().get(rope);
    if (rope == null || rotary == null) {
      return requireNonNull(still);
    }
    return turned.computeIfAbsent(rope, _ -> rotary.table(positions));
  }

  private static Tensor still(int tokens, int dim) {
    float[] values = new float[tokens * dim];
    for (int t = 0; t < tokens; t++) {
      Arrays.fill(values, t * dim, t * dim + dim / 2, 1);
    }
    return Tensor.of(values, tokens, dim);
  }

  /// Gives the memory to another scope.
  CpuAngles keptIn(Scope owner) {
    turned.values().forEach(owner::adopt);
    if (still != null) {
      owner.adopt(still);
    }
    return this;
  }

  /// Returns N.
  int tokens() {
    return tokens;
  }

  /// Returns where the angles of a layer are.
  long of(CpuWeights.Layer layer) {
    return addresses[layer.number()];
  }
}
