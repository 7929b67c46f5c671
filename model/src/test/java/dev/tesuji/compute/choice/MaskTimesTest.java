package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How long it takes to apply a mask to the logits of a row.
@ExtendWith(LeakCheck.class)
class MaskTimesTest {
  private static final int V = 152_000;

  @Test
  void theMedianMaskOfARealVocabularyIsAppliedInAtMostFiftyMicroseconds() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
    TokenMath math = TokenMaths.on(Device.CPU);
    SplittableRandom random = new SplittableRandom(1);
    for (double share : new double[] {0.0001, 0.5, 0.999}) {
      long[] kept = new long[(V + 63) / 64];
      for (int id = 0; id < V; id++) {
        kept[id / 64] |= random.nextDouble() < share ? 1L << id : 0;
      }
      double[] micros = new double[3000];
      try (Scope _ = Scope.open()) {
        Tensor logits = Tensor.zeros(Dtype.FLOAT32, V);
        for (int i = 0; i < micros.length; i++) {
          long began = System.nanoTime();
          math.keep(logits, kept);
          micros[i] = (System.nanoTime() - began) / 1e3;
        }
      }
      double[] last = Arrays.copyOfRange(micros, 1000, micros.length); // compiled by then
      Arrays.sort(last);
      System.out.printf("%.4f of 152,000 tokens kept: %.1f us%n", share, last[last.length / 2]);
      assertThat(last[last.length / 2]).isLessThan(50);
    }
  }
}
