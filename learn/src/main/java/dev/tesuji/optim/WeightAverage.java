package dev.tesuji.optim;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The exponential moving average of weights over updates, in float32: a ← d a + (1 - d) θ, begun
/// with the weights as they are.
final class WeightAverage {
  private final double decay;
  private final List<ParameterState> states;
  private final List<Tensor> averages;

  WeightAverage(double decay, List<ParameterState> states, Scope owner) {
    this.decay = decay;
    this.states = states;
    averages =
        states.stream()
            .map(s -> owner.adopt(s.parameter().tensor().detach().to(Dtype.FLOAT32).copy()))
            .toList();
  }

  /// Follows an update.
  void follow() {
    for (int i = 0; i < averages.size(); i++) {
      try (Scope _ = Scope.open()) {
        Tensor weight = states.get(i).parameter().tensor().detach().to(Dtype.FLOAT32);
        averages.get(i).mul_(decay);
        averages.get(i).add_(weight, 1 - decay);
      }
    }
  }

  /// Makes the averages the weights.
  void assign() {
    for (int i = 0; i < averages.size(); i++) {
      states.get(i).assign(averages.get(i));
    }
  }

  /// Returns the average of a parameter by its number.
  Tensor of(int i) {
    return averages.get(i);
  }
}
