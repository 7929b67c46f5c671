package dev.tesuji.gguf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.kernel.BlockForm;
import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows in strips, as kernels widen them, against the same blocks decoded.
@ExtendWith(LeakCheck.class)
class BlockStripsTest {
  private static final int DEPTH = 768;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16"})
  void stripsHoldTheBitsOfDecodedBlocks(GgufType type) {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    BlockForm form = requireNonNull(BlockStrips.form(type));
    byte[] strip = new byte[form.stripBytes(DEPTH)];
    float[][] decoded = new float[BlockForm.LANES][DEPTH];
    Random random = new Random(type.number());
    for (int lane = 0; lane < BlockForm.LANES; lane++) {
      byte[] row = row(type, random);
      Blocks.decode(type, row, 0, decoded[lane], DEPTH);
      assertThat(BlockStrips.write(type, form, row, lane, strip)).as("finite").isTrue();
    }
    try (Scope _ = Scope.open()) {
      Tensor memory = Tensor.empty(Dtype.UINT8, strip.length);
      MemorySegment.copy(strip, 0, memory.data(), ValueLayout.JAVA_BYTE, 0, strip.length);
      BlockPanels.Part part = new BlockPanels.Part(form, memory.data().address(), 1);
      BlockPanels panels = new BlockPanels(List.of(part), DEPTH, BlockForm.LANES);
      Tensor rows = Tensor.empty(Dtype.FLOAT32, 2, DEPTH);
      panels.gather(new int[] {13, 0}, Kernels.address(rows));
      assertThat(rows.narrow(0, 0, 1).contiguous().toFloats()).isEqualTo(decoded[13]);
      assertThat(rows.narrow(0, 1, 1).contiguous().toFloats()).isEqualTo(decoded[0]);
    }
  }

  /// Blocks of chance with scales that are finite.
  private static byte[] row(GgufType type, Random random) {
    byte[] row = new byte[(int) type.bytes(DEPTH)];
    random.nextBytes(row);
    for (int at = 0; at < row.length; at += type.blockBytes()) {
      int scales = type == GgufType.Q6_K ? at + 208 : at;
      for (int i = scales; i < Math.min(scales + 4, row.length); i += 2) {
        row[i + 1] &= (byte) 0xBB; // neither infinite nor no number
      }
    }
    return row;
  }

  @Test
  void aScaleThatIsInfiniteIsNoticed() {
    BlockForm form = requireNonNull(BlockStrips.form(GgufType.Q8_0));
    byte[] row = new byte[34];
    row[1] = 0x7C;
    assertThat(BlockStrips.write(GgufType.Q8_0, form, row, 0, new byte[form.stripBytes(32)]))
        .isFalse();
  }

  @Test
  void plainTypesHaveNoBlocks() {
    assertThat(BlockStrips.form(GgufType.F32)).isNull();
    assertThat(BlockStrips.form(GgufType.BF16)).isNull();
  }
}
