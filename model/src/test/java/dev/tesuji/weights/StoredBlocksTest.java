package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.ReadingAhead;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Quantised models as they are stored against the same models widened, bit for bit.
@ExtendWith(LeakCheck.class)
class StoredBlocksTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void kernels() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
  }

  private Path model(int width, Quantization quantization) {
    Path directory = folder.resolve("model");
    new NewModel(3, width, 2 * width, 4, 2, 256).create(directory, 5);
    Path file = folder.resolve("model.gguf");
    GgufConverter.convert(directory, file, quantization);
    return file;
  }

  private static int[] text(CausalLm model, int length, int seed) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> Rng.below(model.config().vocabularySize(), seed, i, 0, 0));
    return ids;
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_K_M"})
  void scoresAndGenerationHaveTheBitsOfWidenedWeights(Quantization quantization) {
    Path file = model(256, quantization);
    try (CausalLm stored = ModelDirectory.loadAsStored(file, Dtype.FLOAT32, Device.CPU);
        CausalLm wide = ModelDirectory.load(file, Dtype.FLOAT32, Device.CPU)) {
      assertThat(stored.isInBlocks()).isTrue();
      assertThat(wide.isInBlocks()).isFalse();
      assertThat(stored.weightBytes()).isLessThan(wide.weightBytes() / 3);
      assertThat(stored.parameterCount()).isEqualTo(wide.parameterCount());
      List<int[]> texts = List.of(text(wide, 1, 1), text(wide, 7, 2), text(wide, 150, 3));
      assertThat(scores(stored, texts)).isEqualTo(scores(wide, texts));
      for (int rows : new int[] {1, 8, 32}) { // so many go together on every machine
        assertThat(generated(stored, rows)).as(rows + " rows").isEqualTo(generated(wide, rows));
      }
      assertThat(generated(stored, 8).getFirst())
          .as("a row beside others")
          .isEqualTo(generated(stored, 1).getFirst());
      ReadingAhead.assertSameBits(stored, 1, false);
      ReadingAhead.assertSameBits(stored, 5, false);
    }
  }

  private static float[] scores(CausalLm model, List<int[]> texts) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = model.batch(texts, new int[texts.size()]);
      return model.logits(model.hidden(batch)).toFloats();
    }
  }

  /// Reads prompts, of which the first is the same always, and the tokens that are likeliest.
  ///
  /// @return for each row, the bits of the logits of every step
  private static List<List<Float>> generated(CausalLm model, int rows) {
    List<int[]> prompts = new ArrayList<>();
    int[] promptOf = new int[rows];
    for (int r = 0; r < rows; r++) {
      prompts.add(text(model, 5 + r % 3, 100 + r));
      promptOf[r] = r;
    }
    List<List<Float>> seen = new ArrayList<>();
    prompts.forEach(_ -> seen.add(new ArrayList<>()));
    try (Decoding decoding = model.decoding(new DecodingCapacity(rows, 8, 6))) {
      int together = decoding.together();
      assertThat(together).isEqualTo(rows);
      int[] ids = new int[rows];
      int[] positions = new int[rows];
      for (int step = 0; step < 6; step++) {
        try (Scope _ = Scope.open()) {
          Tensor logits =
              step == 0 ? decoding.prefill(prompts, promptOf, 0) : decoding.decode(ids, positions);
          for (int r = 0; r < rows; r++) {
            float[] row = logits.narrow(0, r, 1).contiguous().toFloats();
            ids[r] = likeliest(row);
            positions[r] = prompts.get(r).length + step;
            for (float value : row) {
              seen.get(r).add(value);
            }
          }
        }
      }
    }
    return seen;
  }

  private static int likeliest(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  @Test
  void theyAreNotTrained() {
    Path file = model(64, Quantization.Q8_0);
    try (CausalLm stored = ModelDirectory.loadAsStored(file, Dtype.FLOAT32, Device.CPU);
        Scope _ = Scope.open()) {
      TokenBatch batch = stored.batch(List.of(text(stored, 4, 1)), new int[1]);
      TrainingPass.Settings settings = new TrainingPass.Settings(false, 0, 0);
      assertThatIllegalStateException()
          .isThrownBy(() -> stored.trainingPass(batch, settings))
          .withMessage(
              "a model whose weights stay in blocks, as they are stored, is not trained: load it"
                  + " as float32 or bfloat16");
      assertThat(stored.compute().productTypes()).isEqualTo(Set.of(Dtype.FLOAT32));
    }
  }

  @Test
  void plainWeightsAndThoseForAnotherTypeAreRead() {
    Path plain = model(64, Quantization.F32);
    try (CausalLm model = ModelDirectory.loadAsStored(plain, Dtype.FLOAT32, Device.CPU)) {
      assertThat(model.isInBlocks()).isFalse();
    }
    Path quantised = folder.resolve("q8.gguf");
    GgufConverter.convert(folder.resolve("model"), quantised, Quantization.Q8_0);
    assumeThat(Kernels.available(Dtype.BFLOAT16)).as("kernels for bfloat16").isTrue();
    try (CausalLm model = ModelDirectory.loadAsStored(quantised, Dtype.BFLOAT16, Device.CPU)) {
      assertThat(model.isInBlocks()).isFalse();
    }
  }
}
