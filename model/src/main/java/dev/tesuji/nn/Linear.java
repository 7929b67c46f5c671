package dev.tesuji.nn;

import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One or several projections of the same input, as one matrix product.
public final class Linear {
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private final List<Part> parts;
  private final List<Beside> besides = new ArrayList<>();

  private Linear(Tensor weight, @Nullable Tensor bias, List<Part> parts) {
    this.weight = weight;
    this.bias = bias;
    this.parts = parts;
  }

  /// Adds to the outputs y of inputs x.
  @FunctionalInterface
  interface Beside {
    void addTo(Tensor x, Tensor y);
  }

  /// Makes projections from width `in`; their outputs lie side by side in the order given.
  static Linear of(Parameters parameters, long in, boolean bias, Rows... projections) {
    List<Rows> rows = List.of(projections);
    Parameter weight = parameters.weight(rows, in);
    Tensor added = bias ? parameters.bias(rows) : null;
    return parameters.register(new Linear(weight.tensor(), added, weight.parts()));
  }

  /// Makes projections that are some rows of a larger parameter.
  ///
  /// @param weight those rows, `[out, in]`
  /// @param rows the projections
  static Linear within(Parameters parameters, Tensor weight, List<Rows> rows) {
    return parameters.register(new Linear(weight, null, Parameters.parts(rows, ".weight")));
  }

  /// Returns the matrix `[out, in]`.
  public Tensor weight() {
    return weight;
  }

  /// Returns the bias `[out]`; null without.
  public @Nullable Tensor bias() {
    return bias;
  }

  /// Returns the matrix `[out, in]` with what stands beside it.
  public Tensor effectiveWeight() {
    if (besides.isEmpty()) {
      return weight;
    }
    Tensor identity = Tensor.eye(weight.dtype(), weight.size(1)).to(weight.device());
    Tensor y = weight.detach().transpose(0, 1).copy(); // what the rows of the identity map to
    besides.forEach(b -> b.addTo(identity, y));
    return y.transpose(0, 1).contiguous();
  }

  /// Returns which rows of the matrix belong to which projection.
  public List<Part> parts() {
    return parts;
  }

  /// Lets something add to the outputs from here on.
  void beside(Beside beside) {
    besides.add(beside);
  }

  /// Lets the weight work alone again.
  void alone() {
    besides.clear();
  }

  /// Maps `[N, in]` to `[N, out]`.
  public Tensor apply(Tensor x) {
    Tensor y = x.linear(weight, bias);
    addBesides(x, y);
    return y;
  }

  /// Adds to the outputs y of inputs x what stands beside the matrix.
  void addBesides(Tensor x, Tensor y) {
    besides.forEach(b -> b.addTo(x, y));
  }
}
