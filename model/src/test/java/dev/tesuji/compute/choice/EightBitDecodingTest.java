package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Generation with weights rounded to 8 bits against the same with the weights as they are.
@ExtendWith(LeakCheck.class)
class EightBitDecodingTest {
  @TempDir private Path folder = Path.of("");

  private CausalLm model(Dtype dtype) {
    Path directory = folder.resolve("model");
    new NewModel(2, 128, 256, 4, 2, 128).create(directory, 5);
    CausalLm model = ModelDirectory.load(directory, dtype, Device.CPU);
    if (!model.compute().takesEightBits()) {
      model.close();
      assumeThat(false).as("kernels for bytes").isTrue();
    }
    return model;
  }

  /// Returns the logits behind prompts, and behind one token more each.
  private static float[][] next(CausalLm model, int rows, boolean eightBit) {
    List<int[]> prompts = new ArrayList<>();
    int[] promptOf = new int[rows];
    int[] ids = new int[rows];
    int[] positions = new int[rows];
    for (int r = 0; r < rows; r++) {
      int seed = r;
      int[] prompt = new int[3 + r % 5];
      Arrays.setAll(prompt, i -> Rng.below(model.config().vocabularySize(), seed, i, 0, 0));
      prompts.add(prompt);
      promptOf[r] = r;
      ids[r] = r % 7;
      positions[r] = prompt.length;
    }
    DecodingCapacity capacity = new DecodingCapacity(rows, 8, 4, 0, eightBit);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Decoding decoding = model.decoding(capacity)) {
      Tensor first = decoding.prefill(prompts, promptOf, 0);
      Tensor second = decoding.decode(ids, positions);
      return new float[][] {first.toFloats(), second.toFloats()};
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void logitsAreNearThoseOfTheWeightsAsTheyAre(Dtype dtype) {
    try (CausalLm model = model(dtype)) {
      float[][] plain = next(model, 6, false);
      float[][] rounded = next(model, 6, true);
      for (int step = 0; step < 2; step++) {
        double off = 0;
        double size = 0;
        for (int i = 0; i < plain[step].length; i++) {
          off += Math.pow(rounded[step][i] - plain[step][i], 2);
          size += Math.pow(plain[step][i], 2);
        }
        assertThat(Math.sqrt(off / size)).isBetween(1e-3, 0.05);
      }
    }
  }

  @Test
  void aRowHasTheSameBitsHoweverManyStandBesideIt() {
    try (CausalLm model = model(Dtype.FLOAT32)) {
      float[][] all = next(model, 64, true);
      for (int rows : new int[] {1, 8}) {
        float[][] some = next(model, rows, true);
        for (int step = 0; step < 2; step++) {
          assertThat(some[step]).isEqualTo(Arrays.copyOf(all[step], some[step].length));
        }
      }
    }
  }

  @Test
  void theWeightsMayMoveBetweenTwoDecodings() {
    try (CausalLm model = model(Dtype.FLOAT32)) {
      float[][] before = next(model, 2, true);
      model.initialise(9);
      assertThat(next(model, 2, true)[1]).isNotEqualTo(before[1]);
    }
  }

  @Test
  void packedWeightsTakeAQuarterOfFloat32() {
    try (CausalLm model = model(Dtype.FLOAT32)) {
      long plain = bytes(model, false) - bytes(model, true);
      long matrices = 2L * 128 * (128 + 2 * 64 + 128 + 3 * 256); // of layers, without the head
      assertThat(plain).isBetween((long) (2.7 * matrices), (long) (3.3 * matrices));
    }
  }

  private static long bytes(CausalLm model, boolean eightBit) {
    return model.compute().memory().decoding(new DecodingCapacity(2, 8, 4, 0, eightBit), 2);
  }

  @Test
  void whoCannotSaysSo() {
    Device gpu = new Device(Device.Kind.CUDA, 0);
    try (CausalLm model = Decoders.planned(TinyConfig.dense("llama", 64), Dtype.BFLOAT16, gpu)) {
      assertThat(model.compute().takesEightBits()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(() -> model.decoding(new DecodingCapacity(1, 1, 1, 0, true), List.of()))
          .withMessage("this model's arithmetic does not round weights to 8 bits");
    }
  }
}
