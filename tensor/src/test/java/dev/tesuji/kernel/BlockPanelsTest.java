package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products with weights in blocks against those with the same weights widened, bit for bit.
@ExtendWith(LeakCheck.class)
class BlockPanelsTest {
  private static final int LANES = BlockForm.LANES;
  private static final String FORMS =
      """
      8, 32, false, false
      8, 32, true, false
      4, 32, false, false
      4, 32, true, false
      4, 32, true, true
      8, 32, true, true
      8, 16, false, true
      """;

  @BeforeEach
  void kernels() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
  }

  /// Strips of chance, and what each weight is, worked out number by number.
  private record Weights(BlockForm form, int depth, int strips, long address, float[] values) {
    static Weights of(BlockForm form, int depth, int strips, int seed) {
      int bytes = form.stripBytes(depth);
      Tensor memory = Tensor.empty(Dtype.UINT8, (long) strips * bytes);
      long address = Raw.address(memory);
      Weights w = new Weights(form, depth, strips, address, new float[strips * LANES * depth]);
      for (int s = 0; s < strips; s++) {
        w.fill(s, seed + s);
      }
      return w;
    }

    private void fill(int strip, int seed) {
      long at = address + (long) strip * form.stripBytes(depth);
      int scales = form.scaleBytes(depth);
      boolean exact = form.least() && form.twice(); // s has 6 bits, and q 5 where it is a byte
      for (int i = 0; i < form.stripBytes(depth); i++) {
        int levels = !exact ? 256 : i < scales ? 64 : form.bits() == 8 ? 32 : 256;
        Raw.ALL.set(ValueLayout.JAVA_BYTE, at + i, (byte) Rng.below(levels, seed, i, 0, 0));
      }
      if (form.twice()) {
        int each = form.least() ? 2 * LANES : LANES;
        int block = form.scaleBytes(BlockForm.SUPER);
        for (int b = 0; b < depth / BlockForm.SUPER; b++) {
          halves(at + (long) b * block, each, seed + b);
        }
      } else {
        halves(at, scales / 2, seed);
      }
      for (int lane = 0; lane < LANES; lane++) {
        for (int k = 0; k < depth; k++) {
          values[(strip * LANES + lane) * depth + k] = value(at, scales, lane, k);
        }
      }
    }

    /// Scales of either sign, one of which is 0 and one so small that float16 denormalises it.
    private static void halves(long at, int count, int seed) {
      for (int i = 0; i < count; i++) {
        float scale = i == 5 ? 0 : i == 7 ? 3e-6f : (Rng.below(2000, seed, i, 1, 0) - 1000) / 999f;
        Raw.setShort(at + 2L * i, Float.floatToFloat16(scale));
      }
    }

    private float value(long at, int scales, int lane, int k) {
      int code =
          form.bits() == 8
              ? at(at + scales + (long) k * LANES + lane)
              : at(at + scales + (long) (k / 2) * LANES + lane) >> (k % 2 * 4);
      int mask = form.bits() == 8 ? 0xFF : 0xF;
      code &= mask;
      int q = form.least() || code <= mask / 2 ? code : code - mask - 1;
      int group = k / form.group();
      if (!form.twice()) {
        int each = form.least() ? 2 : 1;
        float d = half(at + 2L * (group * each * LANES + lane));
        return form.least() ? d * q + half(at + 2L * ((group * 2 + 1) * LANES + lane)) : d * q;
      }
      long block = at + (long) k / BlockForm.SUPER * form.scaleBytes(BlockForm.SUPER);
      int within = group % (BlockForm.SUPER / form.group());
      float d = half(block + 2L * lane);
      if (!form.least()) {
        return d * (byte) at(block + 2 * LANES + (long) within * LANES + lane) * q;
      }
      float e = half(block + 2L * (LANES + lane));
      long codes = block + 4 * LANES + (long) within * 2 * LANES + lane;
      return d * at(codes) * q - e * at(codes + LANES);
    }

    private static float half(long at) {
      return Float.float16ToFloat(Raw.getShort(at));
    }

    private static int at(long address) {
      return Raw.getShort(address) & 0xFF;
    }

    BlockPanels.Part part() {
      return new BlockPanels.Part(form, address, strips);
    }
  }

  private static float[] inputs(int n) {
    float[] x = new float[n];
    Rng.fillNormal(x, 1, 7, 0);
    return x;
  }

  private static float[] product(Panels b, float[] x, int rows, boolean add) {
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.of(x, x.length);
      Tensor c = Tensor.zeros(Dtype.FLOAT32, rows, b.width());
      c.fill_(0.375f);
      MatrixProduct.run(Raw.address(a), rows, b, Raw.address(c), add);
      return c.toFloats();
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = FORMS)
  void aProductHasTheBitsOfTheWidenedWeights(int bits, int group, boolean least, boolean twice) {
    BlockForm form = new BlockForm(bits, group, least, twice);
    for (int depth : new int[] {256, 2304}) {
      int width = 7 * LANES - 3; // an odd strip, and a ragged one
      try (Scope _ = Scope.open()) {
        Weights w = Weights.of(form, depth, 7, 11);
        BlockPanels blocks = new BlockPanels(List.of(w.part()), depth, width);
        Tensor wide = Tensor.of(w.values, 7 * LANES, depth).narrow(0, 0, width).contiguous();
        Panels widened = Panels.transposed(wide, Dtype.FLOAT32);
        float[] x = inputs(64 * depth);
        float[] all = product(widened, x, 64, true);
        for (int rows : new int[] {1, 2, 3, 4, 8, 33, 64}) {
          for (boolean add : new boolean[] {false, true}) {
            assertThat(product(blocks, x, rows, add))
                .as(rows + " rows of depth " + depth + (add ? ", added" : ""))
                .isEqualTo(product(widened, x, rows, add));
          }
          assertThat(product(blocks, x, rows, true))
              .as(rows + " rows by themselves")
              .isEqualTo(Arrays.copyOf(all, rows * width));
        }
      }
    }
  }

  @Test
  void partsOfDifferentFormsFollowOneAnother() {
    BlockForm first = new BlockForm(4, 32, true, false);
    BlockForm second = new BlockForm(8, 32, false, false);
    try (Scope _ = Scope.open()) {
      Weights a = Weights.of(first, 64, 3, 1);
      Weights b = Weights.of(second, 64, 2, 2);
      BlockPanels both = new BlockPanels(List.of(a.part(), b.part()), 64, 5 * LANES);
      float[] values = Arrays.copyOf(a.values, 5 * LANES * 64);
      System.arraycopy(b.values, 0, values, 3 * LANES * 64, b.values.length);
      Panels widened = Panels.transposed(Tensor.of(values, 5 * LANES, 64), Dtype.FLOAT32);
      float[] x = inputs(20 * 64);
      for (int rows : new int[] {1, 5, 20}) {
        assertThat(product(both, x, rows, false)).isEqualTo(product(widened, x, rows, false));
      }
      assertThat(both.storedBytes())
          .isEqualTo(3L * (2 * 2 * 32 + 64 * 8) + 2L * (2 * 32 + 64 * 16));
      Tensor rows = Tensor.empty(Dtype.FLOAT32, 2, 64);
      both.gather(new int[] {50, 17}, Raw.address(rows));
      float[] expected = Arrays.copyOfRange(values, 50 * 64, 51 * 64);
      assertThat(rows.narrow(0, 0, 1).contiguous().toFloats()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "272, 109", "2064, 64"})
  void bfloat16HasTheBitsOfTheWidenedWeights(int depth, int width) {
    try (Scope _ = Scope.open()) {
      float[] values = new float[width * depth];
      Rng.fillNormal(values, 1, 9, 0);
      Tensor w = Tensor.of(values, width, depth).to(Dtype.BFLOAT16);
      Tensor memory = Tensor.empty(Dtype.UINT8, BlockPanels.narrowBytes(depth, width));
      BlockPanels narrow = BlockPanels.narrow(w, memory);
      assertThat(narrow.storedBytes()).isEqualTo(memory.elements());
      Panels widened = Panels.transposed(w.to(Dtype.FLOAT32), Dtype.FLOAT32);
      float[] x = inputs(40 * depth);
      for (int rows : new int[] {1, 2, 3, 40}) {
        for (boolean add : new boolean[] {false, true}) {
          assertThat(product(narrow, x, rows, add))
              .as(rows + " rows" + (add ? ", added" : ""))
              .isEqualTo(product(widened, x, rows, add));
        }
      }
    }
  }

  @Test
  void aDepthThatIsNoWholeGroupIsRefused() {
    BlockForm twice = new BlockForm(4, 32, true, true);
    BlockPanels.Part part = new BlockPanels.Part(twice, 0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BlockPanels(List.of(part), 320, LANES))
        .withMessage("depth must be a multiple of 256, got 320");
  }
}
