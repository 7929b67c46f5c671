package dev.tesuji.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.model.Parameter;
import dev.tesuji.model.Parameter.Part;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class OptimizerTest {
  @TempDir private Path folder = Path.of("");

  private static final OptimizerConfig CONFIG =
      new OptimizerConfig(0.1, Schedule.CONSTANT, 0, 0, 0.9, 0.99, 1e-8, 0.5, 1, Moments.FLOAT32);

  private static Parameter parameter(Dtype dtype, float... values) {
    Tensor t = Tensor.of(values).to(dtype);
    return new Parameter(t, List.of(new Part("w", 0, values.length)), true);
  }

  @Test
  void twoUpdatesEqualTheEquations() {
    Parameter p = parameter(Dtype.FLOAT32, 2);
    try (AdamW optimizer = new AdamW(List.of(p), CONFIG)) {
      double theta = 2;
      double m = 0;
      double v = 0;
      for (int t = 1; t <= 2; t++) {
        double g = 2 * theta; // of w²
        p.tensor().square().sum().backward();
        optimizer.update(0.1);
        theta -= 0.1 * 0.5 * theta;
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        theta -=
            0.1 * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.99, t))) + 1e-8);
        assertThat(p.tensor().item()).isCloseTo(theta, within(1e-6));
      }
      assertThat(optimizer.updates()).isEqualTo(2);
      assertThat(p.tensor().hasGrad()).isFalse();
    }
  }

  @Test
  void narrowWeightsFollowAFloat32Copy() {
    Parameter p = parameter(Dtype.BFLOAT16, 1);
    OptimizerConfig tiny =
        new OptimizerConfig(1, Schedule.CONSTANT, 0, 0, 0, 0, 1e-8, 0, 0, Moments.FLOAT32);
    try (AdamW optimizer = new AdamW(List.of(p), tiny)) {
      for (int i = 0; i < 16; i++) { // each step is too small for bfloat16 to see
        p.tensor().sum().backward();
        optimizer.update(0.0005);
      }
      assertThat(p.tensor().item()).isCloseTo(1 - 16 * 0.0005, within(0.004));
      assertThat(p.tensor().item()).isLessThan(1);
    }
  }

  @Test
  void longGradientsAreScaledToTheLimit() {
    Parameter p = parameter(Dtype.FLOAT32, 3, 4);
    try (AdamW optimizer = new AdamW(List.of(p), CONFIG)) {
      p.tensor().square().sum().mul(0.5).backward();
      assertThat(optimizer.clip()).isCloseTo(5, within(1e-5));
      optimizer.update(0);
      // The first moments are a tenth of the gradient: (0.6, 0.8) / 10.
      Path file = folder.resolve("optimizer.safetensors");
      optimizer.save(file);
      try (Safetensors saved = Safetensors.open(file)) {
        assertThat(saved.read("w.first_moment").toFloats())
            .containsExactly(new float[] {0.06f, 0.08f}, within(1e-6f));
      }
    }
  }

  @Test
  void aBfloat16WeightWithItsLowBitsIsTheFloat32One() {
    float[] values = {1.00001f, -3.14159f, 1e-20f, -0f, 65504.25f, 1.0019531f};
    Tensor high = Tensor.zeros(Dtype.BFLOAT16, values.length);
    Tensor low = Tensor.zeros(Dtype.UINT8, values.length, 2);
    Floats split = Floats.split(high, low);
    Floats.Scratch scratch = Floats.Scratch.of(values.length);
    split.store(0, values.length, values, 0, scratch);
    float[] back = new float[values.length];
    split.load(0, values.length, back, scratch);
    assertThat(back).containsExactly(values);
    assertThat(high.toFloats()[1]).isEqualTo(-3.140625f); // the nearest bfloat16
  }

  @Test
  void momentsInBfloat16AreRoundedWithoutBias() {
    int n = 100_000;
    Tensor t = Tensor.zeros(Dtype.BFLOAT16, n);
    float[] values = new float[n];
    java.util.Arrays.fill(values, 1.001f); // between 1 and 1.0078125
    Floats.of(t).store(0, n, values, 5, Floats.Scratch.of(n));
    assertThat(t.to(Dtype.FLOAT64).mean().item()).isCloseTo(1.001, within(1e-4));
    assertThat(t.toFloats()).containsOnly(1f, 1.0078125f);
  }

  @ParameterizedTest
  @EnumSource
  void aQuadraticIsMinimisedWhateverTheMomentsAreStoredIn(Moments moments) {
    Parameter p = parameter(Dtype.BFLOAT16, 2, -3, 0.5f);
    OptimizerConfig config =
        new OptimizerConfig(1, Schedule.CONSTANT, 0, 0, 0.9, 0.999, 1e-8, 0, 0, moments);
    try (AdamW optimizer = new AdamW(List.of(p), config)) {
      for (int i = 0; i < 900; i++) {
        p.tensor().to(Dtype.FLOAT32).square().sum().backward();
        optimizer.update(0.01);
      }
      assertThat(p.tensor().abs().max(0, false).item()).isLessThan(0.02);
    }
  }

  @Test
  void schedulesWarmUpAndFall() {
    assertThat(Schedule.CONSTANT.factor(0, 10, 4, 0)).isEqualTo(0.25);
    assertThat(Schedule.CONSTANT.factor(9, 10, 4, 0)).isEqualTo(1);
    assertThat(Schedule.LINEAR.factor(5, 10, 0, 0)).isEqualTo(0.5);
    assertThat(Schedule.LINEAR.factor(10, 10, 0, 0.2)).isCloseTo(0.2, within(1e-12));
    assertThat(Schedule.COSINE.factor(0, 10, 0, 0.1)).isEqualTo(1);
    assertThat(Schedule.COSINE.factor(5, 10, 0, 0.1)).isCloseTo(0.55, within(1e-12));
    assertThat(Schedule.COSINE.factor(10, 10, 0, 0.1)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new OptimizerConfig(1, Schedule.CONSTANT, 0, 0, 1, 0.9, 1e-8, 0, 0, Moments.FLOAT32))
        .withMessage("beta1 must be at least 0 and below 1, got 1.0");
  }
}
