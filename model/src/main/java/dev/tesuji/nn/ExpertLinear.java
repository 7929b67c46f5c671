package dev.tesuji.nn;

import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Split;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// The same projections of many experts: a matrix each, all of them one parameter.
///
/// One parameter of E matrices instead of E parameters: the optimiser and the file of a model with
/// a hundred experts in each of fifty layers see a hundred large tensors, not ten thousand small
/// ones. Adapters stand beside each expert's own rows.
public final class ExpertLinear {
  private final Tensor weight; // [E out, in]
  private final List<Linear> each;

  private ExpertLinear(Tensor weight, List<Linear> each) {
    this.weight = weight;
    this.each = List.copyOf(each);
  }

  /// Makes the projections of all experts from width `in`.
  ///
  /// @param projections those of an expert; their outputs lie side by side in the order given
  static ExpertLinear of(
      Parameters parameters, int experts, long in, IntFunction<List<Rows>> projections) {
    List<Rows> all = new ArrayList<>();
    for (int e = 0; e < experts; e++) {
      all.addAll(projections.apply(e));
    }
    Tensor weight = parameters.weight(all, in).tensor();
    List<Linear> each = new ArrayList<>();
    for (int e = 0; e < experts; e++) {
      Tensor own = parameters.rows(weight, e, experts);
      each.add(Linear.within(parameters, own, projections.apply(e)));
    }
    return new ExpertLinear(weight, each);
  }

  /// Returns the matrices of all experts, `[E out, in]`.
  public Tensor weight() {
    return weight;
  }

  /// Returns E.
  public int experts() {
    return each.size();
  }

  /// Returns the projections of each expert, on their own rows of the weight.
  public List<Linear> each() {
    return each;
  }

  /// Maps rows that are sorted by expert, each by its expert's matrix: `[M, in]` to `[M, out]`.
  ///
  /// @param counts how many rows each expert has; their sum is M, above 0
  /// @param product the type that both factors are rounded to, and the products from float32 sums
  public Tensor apply(Tensor x, int[] counts, Dtype product) {
    List<Tensor> inputs = Split.rows(x, taken(counts));
    List<Tensor> matrices = matrices(counts, product);
    List<Tensor> outputs = new ArrayList<>();
    for (int e = 0; e < counts.length; e++) {
      if (counts[e] > 0) {
        Tensor input = inputs.get(outputs.size());
        Tensor output = input.to(product).linear(matrices.get(e).to(product), null).to(x.dtype());
        each.get(e).addBesides(input, output);
        outputs.add(output);
      }
    }
    return Tensor.cat(outputs, 0);
  }

  private static long[] taken(int[] counts) {
    return Arrays.stream(counts).filter(n -> n > 0).asLongStream().toArray();
  }

  /// Returns the matrix of each expert. Where they are trained, all are taken apart in one
  /// operation, which puts their gradients together once: a view of its own each would make a
  /// gradient of all E matrices each.
  private List<Tensor> matrices(int[] counts, Dtype product) {
    if (weight.requiresGrad() && NoGrad.isOff()) {
      long[] sizes = new long[counts.length];
      Arrays.fill(sizes, weight.size(0) / counts.length);
      return Split.rows(weight.to(product), sizes);
    }
    return each.stream().map(Linear::weight).toList();
  }
}
