package dev.tesuji.model;

import dev.tesuji.model.Parameters.Rows;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One or several projections of the same input, as one matrix product.
final class Linear {
  private final Tensor weight;
  private final @Nullable Tensor bias;

  private Linear(Tensor weight, @Nullable Tensor bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /// Makes projections from width `in`; their outputs lie side by side in the order given.
  static Linear of(Parameters parameters, long in, boolean bias, Rows... projections) {
    List<Rows> rows = List.of(projections);
    return new Linear(parameters.weight(rows, in), bias ? parameters.bias(rows) : null);
  }

  /// Returns the matrix `[out, in]`.
  Tensor weight() {
    return weight;
  }

  /// Maps `[N, in]` to `[N, out]`.
  Tensor apply(Tensor x) {
    return x.linear(weight, bias);
  }
}
