package dev.tesuji.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
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
      OptimizerConfig.DEFAULT.change().learningRate(0.1).beta2(0.99).weightDecay(0.5).build();

  private static Parameter parameter(Dtype dtype, float... values) {
    Tensor t = Tensor.of(values).to(dtype);
    return new Parameter(t, List.of(new Part("w", 0, values.length)), true);
  }

  private static Parameter matrix(Dtype dtype, int rows, float... values) {
    Tensor t = Tensor.of(values).to(dtype).reshape(rows, values.length / rows);
    return new Parameter(t, List.of(new Part("w", 0, rows)), true);
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
        OptimizerConfig.DEFAULT.change().learningRate(1).beta1(0).beta2(0).clipNorm(0).build();
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

  /// In bfloat16 256 + 1 is 256.
  @Test
  void gradientsOfSeveralPassesAreAddedInFloat32() {
    for (Dtype dtype : List.of(Dtype.BFLOAT16, Dtype.FLOAT32)) {
      Parameter p = parameter(dtype, 1);
      try (AdamW optimizer = new AdamW(List.of(p), CONFIG)) {
        p.tensor().sum().mul(256).backward();
        for (int pass = 0; pass < 16; pass++) {
          optimizer.endPass();
          p.tensor().sum().backward();
        }
        assertThat(optimizer.clip()).isCloseTo(272, within(1e-3));
        optimizer.update(0);
        assertThat(p.tensor().hasGrad()).isFalse();
        optimizer.endPass();
        p.tensor().sum().mul(3).backward(); // nothing is left of the update before
        assertThat(optimizer.clip()).isCloseTo(3, within(1e-3));
        optimizer.dropGradients();
        optimizer.endPass();
        assertThat(optimizer.clip()).isZero();
      }
    }
  }

  @Test
  void theAverageOfWeightsFollowsThemAndTakesTheirPlace() {
    for (Dtype dtype : List.of(Dtype.FLOAT32, Dtype.BFLOAT16)) {
      Path file = folder.resolve(dtype + ".safetensors");
      Parameter p = parameter(dtype, 1, -2);
      double[] want = {1, -2};
      try (AdamW optimizer = new AdamW(List.of(p), CONFIG.change().emaDecay(0.75).build())) {
        for (int i = 0; i < 4; i++) {
          p.tensor().sum().backward();
          optimizer.update(0.1);
          float[] now = p.tensor().detach().to(Dtype.FLOAT32).toFloats();
          for (int k = 0; k < 2; k++) {
            want[k] = 0.75 * want[k] + 0.25 * now[k];
          }
        }
        optimizer.save(file);
        assertAverage(optimizer, p, want);
      }
      Parameter other = parameter(dtype, 1, -2);
      try (AdamW optimizer = new AdamW(List.of(other), CONFIG.change().emaDecay(0.75).build())) {
        optimizer.restore(file, 4);
        assertAverage(optimizer, other, want);
      }
    }
  }

  private static void assertAverage(AdamW optimizer, Parameter p, double[] want) {
    optimizer.takeAverage();
    double exact = p.tensor().dtype() == Dtype.FLOAT32 ? 1e-6 : 8e-3; // half a bfloat16 at 2
    float[] now = p.tensor().detach().to(Dtype.FLOAT32).toFloats();
    assertThat((double) now[0]).isCloseTo(want[0], within(exact));
    assertThat((double) now[1]).isCloseTo(want[1], within(exact));
  }

  @Test
  void withoutAnAverageTheWeightsStay() {
    Parameter p = parameter(Dtype.FLOAT32, 1);
    try (AdamW optimizer = new AdamW(List.of(p), CONFIG)) {
      p.tensor().sum().backward();
      optimizer.update(0.1);
      double before = p.tensor().item();
      optimizer.takeAverage();
      assertThat(p.tensor().item()).isEqualTo(before);
    }
  }

  @Test
  void aBfloat16WeightWithItsLowBitsIsTheFloat32One() {
    float[] few = {1.00001f, -3.14159f, 1e-20f, -0f, 65504.25f, 1.0019531f};
    float[] values = java.util.Arrays.copyOf(few, 22); // vectors take 16 at a time
    System.arraycopy(few, 0, values, 16, 6);
    Tensor high = Tensor.zeros(Dtype.BFLOAT16, values.length);
    Tensor low = Tensor.zeros(Dtype.UINT8, values.length, 2);
    FloatView split = FloatView.split(high, low);
    FloatView.Scratch scratch = FloatView.Scratch.of(values.length);
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
    FloatView.of(t).store(0, n, values, 5, FloatView.Scratch.of(n));
    assertThat(t.to(Dtype.FLOAT64).mean().item()).isCloseTo(1.001, within(1e-4));
    assertThat(t.toFloats()).containsOnly(1f, 1.0078125f);
  }

  @ParameterizedTest
  @EnumSource
  void aQuadraticIsMinimisedWhateverTheMomentsAreStoredIn(Moments moments) {
    Parameter p = matrix(Dtype.BFLOAT16, 1, 2, -3, 0.5f);
    OptimizerConfig config =
        OptimizerConfig.DEFAULT.change().learningRate(1).clipNorm(0).moments(moments).build();
    try (AdamW optimizer = new AdamW(List.of(p), config)) {
      for (int i = 0; i < 900; i++) {
        p.tensor().to(Dtype.FLOAT32).square().sum().backward();
        optimizer.update(0.01);
      }
      for (float weight : p.tensor().toFloats()) {
        assertThat(weight).isCloseTo(0, within(0.02f));
      }
    }
  }

  @Test
  void oneByteHoldsFourBitsOfANumberAndItsRowsPowerOfTwo() {
    // Below the scale 8 lie multiples of 2^-3 of each power of two; 2^-18 of it is the least.
    float[] row = {6, -5.5f, 0.5625f, 0, 8 / 262144f};
    assertThat(new RowScaledFloat8.Row(row, new byte[5], 0, 5).scale()).isEqualTo(8);
    assertThat(codedAndRead(RowScaledFloat8.SIGNED, row, 1)).containsExactly(row);
    float[] squares = {6, 0.5625f, 0, 1e-12f};
    float least = Math.scalb(8f, -34);
    assertThat(codedAndRead(RowScaledFloat8.POSITIVE, squares, 1))
        .containsExactly(6, 0.5625f, 0, least); // not 0, which would divide
  }

  private static float[] codedAndRead(RowScaledFloat8 code, float[] row, int chance) {
    byte[] codes = new byte[row.length];
    RowScaledFloat8.Row given = new RowScaledFloat8.Row(row, codes, 0, row.length);
    float scale = given.scale();
    code.write(given, scale, chance);
    float[] back = new float[row.length];
    code.read(new RowScaledFloat8.Row(back, codes, 0, row.length), scale);
    return back;
  }

  @Test
  void manyElementsAreWrittenAndReadAsOneAtATime() {
    int n = 37; // vectors take 16 at a time
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (Math.sin(i) * Math.pow(10, -i % 7));
    }
    for (RowScaledFloat8 code : RowScaledFloat8.values()) {
      byte[] whole = new byte[n];
      byte[] single = new byte[n];
      float[] wholeBack = new float[n];
      float[] singleBack = new float[n];
      float[] row = code == RowScaledFloat8.SIGNED ? values : squares(values);
      code.write(new RowScaledFloat8.Row(row, whole, 0, n), 2, 9);
      code.read(new RowScaledFloat8.Row(wholeBack, whole, 0, n), 2);
      for (int i = 0; i < n; i++) {
        code.write(new RowScaledFloat8.Row(row, single, i, 1), 2, 9);
        code.read(new RowScaledFloat8.Row(singleBack, single, i, 1), 2);
      }
      assertThat(whole).containsExactly(single);
      assertThat(wholeBack).containsExactly(singleBack);
    }
  }

  private static float[] squares(float[] values) {
    float[] squares = values.clone();
    for (int i = 0; i < values.length; i++) {
      squares[i] *= values[i];
    }
    return squares;
  }

  @Test
  void manyNarrowElementsAreStoredAsOneAtATime() {
    int n = 37;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.sin(i);
    }
    Tensor whole = Tensor.zeros(Dtype.BFLOAT16, n);
    Tensor single = Tensor.zeros(Dtype.BFLOAT16, n);
    FloatView.Scratch scratch = FloatView.Scratch.of(n);
    FloatView.of(whole).store(0, n, values, 3, scratch);
    for (int i = 0; i < n; i++) {
      FloatView.of(single).store(i, 1, new float[] {values[i]}, 3, scratch);
    }
    assertThat(whole.toFloats()).containsExactly(single.toFloats());
    float[] back = new float[n];
    FloatView.of(whole).load(0, n, back, scratch);
    assertThat(back).containsExactly(whole.toFloats());
  }

  @Test
  void aRowWithoutANumberSaysSo() {
    assertThat(codedAndRead(RowScaledFloat8.SIGNED, new float[] {1, Float.NaN}, 1))
        .containsOnly(Float.NaN);
    assertThat(codedAndRead(RowScaledFloat8.POSITIVE, new float[] {Float.MIN_VALUE, 0}, 1)[1])
        .isZero();
  }

  @ParameterizedTest
  @EnumSource
  void oneByteIsRoundedWithoutBias(RowScaledFloat8 code) {
    int n = 100_000;
    float[] row = new float[n];
    java.util.Arrays.fill(row, 1.01f); // between 1 and 1.125
    float[] back = codedAndRead(code, row, 7);
    assertThat(Tensor.of(back).to(Dtype.FLOAT64).mean().item()).isCloseTo(1.01, within(5e-4));
    assertThat(back).containsOnly(1f, 1.125f);
  }

  @Test
  void momentsOfOneByteGoOnFromACheckpointAsTheyWere() {
    float[] whole = trained(folder.resolve("a"), 6, 6);
    assertThat(trained(folder.resolve("b"), 6, 3)).containsExactly(whole);
  }

  private static float[] trained(Path file, int steps, int cut) {
    float[] start = new float[2 * 5000]; // two rows, of more than one block
    for (int i = 0; i < start.length; i++) {
      start[i] = (float) Math.sin(i);
    }
    Parameter p = matrix(Dtype.FLOAT32, 2, start);
    OptimizerConfig config = CONFIG.with(Moments.FLOAT8);
    for (int from = 0; from < steps; from = Math.min(steps, from + cut)) {
      try (AdamW optimizer = new AdamW(List.of(p), config)) {
        if (from > 0) {
          optimizer.restore(file, from);
        }
        for (int i = from; i < Math.min(steps, from + cut); i++) {
          p.tensor().square().sum().backward();
          optimizer.update(0.1);
        }
        optimizer.save(file);
      }
    }
    return p.tensor().toFloats();
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
            OptimizerConfig.DEFAULT
                .change()
                .learningRate(1)
                .beta1(1)
                .beta2(0.9)
                .clipNorm(0)
                .build())
        .withMessage("beta1 must be at least 0 and below 1, got 1.0");
  }

  @Test
  void settingsAreChangedByNameAndTheOthersStay() {
    OptimizerConfig changed =
        OptimizerConfig.DEFAULT.change().warmupSteps(3).epsilon(1e-6).finalShare(0.5).build();
    assertThat(changed)
        .isEqualTo(
            new OptimizerConfig(
                1e-6, Schedule.CONSTANT, 3, 0.5, 0.9, 0.999, 1e-6, 0, 1, Moments.FLOAT32));
    assertThat(changed.change().build()).isEqualTo(changed);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> changed.change().beta2(1).build())
        .withMessage("beta2 must be at least 0 and below 1, got 1.0");
  }
}
