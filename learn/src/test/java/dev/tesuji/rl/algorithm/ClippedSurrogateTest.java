package dev.tesuji.rl.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ClippedSurrogateTest {
  /// Ratios and advantages of six tokens.
  private static final double[] RATIOS = {5, 2, 5, 0.5, 1.1, 0.5};

  private static final double[] ADVANTAGES = {-2, -2, 2, -2, 2, 2};

  /// Returns losses, and then gradients at log ρ.
  private static double[][] run(ClippedSurrogate clip) {
    try (Scope _ = Scope.open()) {
      double[] logs = new double[RATIOS.length];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = Math.log(RATIOS[i]);
      }
      Tensor leaf = Tensor.of(logs, logs.length).requiresGrad(true);
      Tensor loss =
          clip.perToken(new Policy.Tokens(leaf, leaf, 0), leaf, Tensor.of(ADVANTAGES, logs.length));
      loss.sum().backward();
      return new double[][] {loss.detach().toDoubles(), leaf.grad().toDoubles()};
    }
  }

  /// With A = -2, losses are 2 ρ above 0.8: 10, 4, and 1.6 at 0.8. With A = 2 they are -2 ρ below
  /// 1.2.
  @Test
  void ratiosAreClippedWhereThatHoldsThePolicyBack() {
    double[][] found = run(new ClippedSurrogate(0.2, 0.2));
    assertThat(found[0]).containsExactly(new double[] {10, 4, -2.4, 1.6, -2.2, -1}, within(1e-12));
    assertThat(found[1]).containsExactly(new double[] {10, 4, 0, 0, -2.2, -1}, within(1e-12));
  }

  /// c = 3: losses of negative advantages are at most 3 · 2.
  @Test
  void theDualClipBoundsLossesOfNegativeAdvantages() {
    double[][] found = run(new ClippedSurrogate(0.2, 0.2, 0, 3));
    assertThat(found[0]).containsExactly(new double[] {6, 4, -2.4, 1.6, -2.2, -1}, within(1e-12));
    assertThat(found[1]).containsExactly(new double[] {0, 4, 0, 0, -2.2, -1}, within(1e-12));
  }

  /// With a wide clip range the dual clip acts before it, where the bound on ρ does not.
  @Test
  void theDualClipHoldsWithinAWideRange() {
    assertThat(run(new ClippedSurrogate(0.2, 10, 0, 3))[0][0]).isEqualTo(6);
    assertThat(run(new ClippedSurrogate(0.2, 10, 3, 0))[0][0]).isCloseTo(10, within(1e-12));
    assertThat(run(new ClippedSurrogate(0.2, 0.2, 3, 0))[0][0]).isCloseTo(6, within(1e-12));
  }

  @Test
  void sharesOfClippedRatiosAreMeasured() {
    double[] logs = new double[RATIOS.length];
    float[] advantages = new float[RATIOS.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(RATIOS[i]);
      advantages[i] = (float) ADVANTAGES[i];
    }
    MetricAccumulator m = new MetricAccumulator();
    new ClippedSurrogate(0.2, 0.2, 0, 3).measure(m, logs, advantages);
    assertThat(m.get("clip_ratio/low_mean")).isCloseTo(1 / 6.0, within(1e-12));
    assertThat(m.get("clip_ratio/high_mean")).isCloseTo(1 / 6.0, within(1e-12));
    assertThat(m.get("clip_ratio/dual_mean")).isCloseTo(1 / 6.0, within(1e-12));
  }

  @Test
  void boundsThatWouldCutEveryRatioAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClippedSurrogate(0.2, 0.2, 0, 0.5))
        .withMessage("dualClip must be above 1, or 0 for none, got 0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClippedSurrogate(0.2, 0.2, 1, 0))
        .withMessage("bound must be above 1, or 0 for no bound, got 1.0");
  }
}
