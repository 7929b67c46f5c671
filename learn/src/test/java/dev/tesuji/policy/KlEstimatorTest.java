package dev.tesuji.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class KlEstimatorTest {
  /// log π = -1, log π_ref = -1 - ln 2: d = -ln 2, e^d = 1/2. Gradients at log π: k1 1, k2 -d = ln
  /// 2, k3 1 - e^d = 1/2, k3_plus that of k2.
  @Test
  void valuesAndGradientsAreTheEstimators() {
    double d = -Math.log(2);
    double k3 = 0.5 - d - 1;
    Map<KlEstimator, double[]> want =
        Map.of(
            KlEstimator.K1, new double[] {-d, 1},
            KlEstimator.K2, new double[] {d * d / 2, -d},
            KlEstimator.K3, new double[] {k3, 0.5},
            KlEstimator.K3_PLUS, new double[] {k3, -d});
    assertThat(want).containsOnlyKeys(KlEstimator.values());
    want.forEach((estimator, numbers) -> {
      try (Scope _ = Scope.open()) {
        Tensor leaf = Tensor.of(new double[] {-1}, 1).requiresGrad(true);
        Tensor value = estimator.perToken(leaf, Tensor.of(new double[] {-1 + d}, 1)).sum();
        value.backward();
        assertThat(value.item()).as(estimator.name()).isCloseTo(numbers[0], within(1e-12));
        assertThat(leaf.grad().toDoubles()[0])
            .as(estimator.name())
            .isCloseTo(numbers[1], within(1e-12));
        assertThat(estimator.of(-1, -1 + d)).isCloseTo(numbers[0], within(1e-12));
      }
    });
  }

  /// d = -ln 2 and 0: sums of one token's estimate and nothing.
  @Test
  void aCompletionsKlIsTheSumOverItsTokens() {
    float[] now = {-1, -3};
    float[] reference = {(float) (-1 - Math.log(2)), -3};
    assertThat(KlEstimator.K1.sum(now, reference)).isCloseTo(Math.log(2), within(1e-6));
    assertThat(KlEstimator.K3.sum(now, reference)).isCloseTo(Math.log(2) - 0.5, within(1e-6));
  }
}
