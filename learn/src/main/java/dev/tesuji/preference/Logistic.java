package dev.tesuji.preference;

import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The logistic function's logarithm.
final class Logistic {
  private Logistic() {}

  /// Returns log σ(x) = x - log(e^x + 1) of each element, without overflow and with the right
  /// gradient, σ(-x), at 0 too, where every run of a preference loss begins.
  static Tensor log(Tensor x) {
    return Tensor.stack(List.of(x, x.detach().mul(0)), 0).logSoftmax(0).select(0, 0);
  }
}
