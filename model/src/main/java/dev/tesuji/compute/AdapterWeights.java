package dev.tesuji.compute;

import dev.tesuji.tensor.Tensor;
import java.util.Map;

/// The matrices of a low-rank adapter, which is generated with beside weights that others use too.
///
/// @param pairs by the checkpoint names of projections, without `.weight`
public record AdapterWeights(Map<String, Pair> pairs) {
  /// Adds scale · B A x to the outputs of one projection.
  ///
  /// @param a `[r, in]`
  /// @param b `[out, r]`
  public record Pair(Tensor a, Tensor b, double scale) {}

  /// Copies the map.
  public AdapterWeights {
    pairs = Map.copyOf(pairs);
  }
}
