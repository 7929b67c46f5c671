package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class TensorTest {
  @Test
  void aStartedGradientCanBeAddedToInPlace() {
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).requiresGrad(true);
    try (NoGrad _ = NoGrad.on()) {
      Tensor a = Tensor.of(new float[] {1, 2}, 2, 1);
      w.startedGrad().addmm_(a, a.transpose(0, 1));
      w.startedGrad().addmm_(a, a.transpose(0, 1));
    }
    w.mul(w.detach()).sum().backward();
    assertThat(w.grad().toFloats()).containsExactly(3, 6, 7, 12);
    w.clearGrad();
  }

  @Test
  void makingAndReadingRoundTripsEveryType() {
    assertThat(Tensor.of(new float[] {1.5f, -2}).toFloats()).containsExactly(1.5f, -2);
    assertThat(Tensor.of(new double[] {0.1}).toDoubles()).containsExactly(0.1);
    assertThat(Tensor.of(new long[] {1L << 40, 3}).toLongs()).containsExactly(1L << 40, 3);
    assertThat(Tensor.of(new int[] {7, 8, 9, 10}, 2, 2).toInts()).containsExactly(7, 8, 9, 10);
    assertThat(Tensor.of(new boolean[] {true, false}).toInts()).containsExactly(1, 0);
    assertThat(Tensor.eye(Dtype.FLOAT32, 2).toFloats()).containsExactly(1, 0, 0, 1);
    assertThat(Tensor.zeros(Dtype.FLOAT32, 0).toFloats()).isEmpty();
  }

  @Test
  void aTensorDescribesItself() {
    Tensor t = Tensor.zeros(Dtype.FLOAT32, 2, 3);
    assertThat(t).hasToString("float32 [2, 3] on cpu");
    assertThat(t.shape()).isEqualTo(new Shape(2, 3));
    assertThat(t.transpose(0, 1).isContiguous()).isFalse();
    assertThat(t.size(-1)).isEqualTo(3);
  }

  @Test
  void valuesThatDoNotFitTheShapeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[] {1, 2, 3}, 2, 2))
        .withMessage("shape must hold the 3 values given, got [2, 2]");
  }

  @Test
  void libtorchErrorsAreCutToTheirFirstLine() {
    Tensor a = Tensor.zeros(Dtype.FLOAT32, 2, 3);
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> a.matmul(a))
        .withMessage("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
  }

  @Test
  void memoryOfOthersIsUsedInPlace() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      Tensor t = Tensor.over(memory, Dtype.FLOAT32, 2, 2);
      t.mul_(2);
      assertThat(memory.getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isEqualTo(8);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.over(memory, Dtype.FLOAT32, 3))
          .withMessage("memory must have 12 bytes for float32 [3], got 16");
    }
  }

  @Test
  void gradientsFlowThroughLinearSiluAndNorm() {
    Tensor x = Tensor.of(new float[] {1, -2, 3, 0.5f}, 2, 2).requiresGrad(true);
    Tensor w = Tensor.of(new float[] {0.5f, -1, 2, 1}, 2, 2).requiresGrad(true);
    Tensor g = Tensor.of(new float[] {1, 2}).requiresGrad(true);
    Tensor loss = x.rmsNorm(g, 1e-6).linear(w, null).silu().sum();
    loss.backward();
    float[] analytic = x.grad().toFloats();
    for (int i = 0; i < 4; i++) {
      double h = 1e-2;
      float[] up = {1, -2, 3, 0.5f};
      float[] down = up.clone();
      up[i] += (float) h;
      down[i] -= (float) h;
      double slope = (value(up, w, g) - value(down, w, g)) / (2 * h);
      assertThat((double) analytic[i]).isCloseTo(slope, within(1e-2));
    }
    x.clearGrad();
    assertThat(x.hasGrad()).isFalse();
  }

  private static double value(float[] x, Tensor w, Tensor g) {
    try (NoGrad _ = NoGrad.on()) {
      return Tensor.of(x, 2, 2).rmsNorm(g, 1e-6).linear(w, null).silu().sum().item();
    }
  }

  @Test
  void noGradRestoresWhatWasBefore() {
    Tensor x = Tensor.ones(Dtype.FLOAT32).requiresGrad(true);
    try (NoGrad _ = NoGrad.on()) {
      try (NoGrad _ = NoGrad.on()) {
        assertThat(x.mul(2).requiresGrad()).isFalse();
      }
      assertThat(x.mul(2).requiresGrad()).isFalse();
    }
    assertThat(x.mul(2).requiresGrad()).isTrue();
  }

  @Test
  void causalAttentionSeesThePastOnly() {
    Tensor q = Tensor.zeros(Dtype.FLOAT32, 1, 1, 3, 1);
    Tensor v = Tensor.of(new float[] {3, 6, 9}, 1, 1, 3, 1);
    assertThat(Tensor.attention(q, q, v, null, true, 1).toFloats()).containsExactly(3, 4.5f, 6);
    Tensor mask = Tensor.of(new float[] {0, 0, Float.NEGATIVE_INFINITY}, 1, 1, 1, 3);
    assertThat(Tensor.attention(q, q, v, mask, false, 1).toFloats())
        .containsExactly(4.5f, 4.5f, 4.5f);
  }

  @Test
  void sortingFindsValuesAndPlaces() {
    Tensor t = Tensor.of(new float[] {2, 9, 4, 1}, 1, 4);
    assertThat(t.topk(2).values().toFloats()).containsExactly(9, 4);
    assertThat(t.topk(2).indices().toLongs()).containsExactly(1, 2);
    assertThat(t.sort(false).indices().toLongs()).containsExactly(3, 0, 2, 1);
    Tensor steps = Tensor.of(new float[] {0.25f, 0.5f, 1}, 1, 3);
    assertThat(steps.searchSorted(Tensor.of(new float[] {0.3f}, 1, 1)).toLongs())
        .containsExactly(1);
  }

  @Test
  void pickingAndPlacing() {
    Tensor t = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor rows = Tensor.of(new long[] {2, 0});
    assertThat(t.indexSelect(0, rows).toFloats()).containsExactly(5, 6, 1, 2);
    assertThat(t.gather(1, Tensor.of(new long[] {1, 0, 1}, 3, 1)).toFloats())
        .containsExactly(2, 3, 6);
    assertThat(t.narrow(0, 1, 2).select(1, 0).toFloats()).containsExactly(3, 5);
    assertThat(t.copy().indexCopy_(0, rows, Tensor.zeros(Dtype.FLOAT32, 2, 2)).toFloats())
        .containsExactly(0, 0, 3, 4, 0, 0);
    assertThat(Tensor.cat(List.of(t, t), 0).shape()).isEqualTo(new Shape(6, 2));
    assertThat(Tensor.stack(List.of(t, t), 0).shape()).isEqualTo(new Shape(2, 3, 2));
    assertThat(Tensor.where(t.gt(3), t, t.neg()).toFloats()).containsExactly(-1, -2, -3, 4, 5, 6);
  }

  @Test
  void noOperationLeavesANativeHelperBehind() {
    allOperations();
    long before = Memory.nativeObjects();
    for (int i = 0; i < 3; i++) {
      allOperations();
    }
    assertThat(Memory.nativeObjects()).isEqualTo(before);
  }

  private static void allOperations() {
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor b = a.copy().requiresGrad(true);
      Tensor ids = Tensor.of(new int[] {0, 1});
      Tensor column = Tensor.of(new int[] {0, 1}, 2, 1);
      Tensor mask = a.lt(3).mul(a.gt(0)).mul(a.eq(2)).mul(a.lt(a.add(1)));
      a.add(b).add(a, 2).sub(a).sub(1).mul(a).mul(2).div(a).div(3).neg().square().sqrt();
      a.abs().exp().log().sigmoid().silu().clamp(0, 1);
      a.minimum(b).mean(0, true).sum(0, true).max(1, true).argmax(1);
      a.cumsum(1).softmax(1).logSoftmax(1).norm();
      a.linear(b, ids.to(Dtype.FLOAT32)).rmsNorm(ids.to(Dtype.FLOAT32), 1e-5);
      a.embedding(ids);
      a.scatter(1, column, a).maskedFill(mask, 0).isFinite();
      a.sort(true);
      a.view(4).reshape(1, 4).squeeze(0).unsqueeze(0).expand(2, 4).contiguous();
      a.to(Device.CPU).detach().add_(a, 1).addcmul_(a, a, 1).addcdiv_(a, a, 1).fill_(1);
      a.indexAdd_(0, ids, a.copy()).zero_();
      Tensor.zeros(Dtype.FLOAT32, 1).requiresGrad();
      b.square().mean().backward();
      b.mul(2).backward(a);
      b.grad().sum().item();
      b.clearGrad();
      Tensor.attention(heads(a), heads(b), heads(a), null, true, 1);
      Tensor.attention(heads(a), heads(b), heads(a), a, false, 1);
    }
  }

  private static Tensor heads(Tensor t) {
    return t.view(1, 1, 2, 2);
  }

  @Test
  void aTensorOnMetaHasAShapeAndNoMemory() {
    Tensor huge = Tensor.empty(Dtype.BFLOAT16, Device.META, 1 << 30, 1 << 20);
    assertThat(huge).hasToString("bfloat16 [1073741824, 1048576] on meta");
    assertThat(huge.narrow(0, 5, 7).shape()).isEqualTo(new Shape(7, 1 << 20));
    assertThat(Tensor.empty(Dtype.INT64, Device.CPU, 2).device()).isEqualTo(Device.CPU);
  }

  /// On processors that are slow in bfloat16 many rows go by float32: the sums are the same.
  @Test
  void aLinearMapInBfloat16RoundsOnceHoweverManyRowsThereAre() {
    try (Scope _ = Scope.open()) {
      float[] numbers = new float[40 * 64];
      Rng.fillNormal(numbers, 3, 1, 0);
      Tensor x = Tensor.of(numbers, 40, 64).to(Dtype.BFLOAT16);
      Tensor w = Tensor.of(numbers, 40, 64).narrow(0, 0, 5).contiguous().to(Dtype.BFLOAT16);
      Tensor b = Tensor.of(new float[] {1, 2, 3, 4, 5}).to(Dtype.BFLOAT16);
      Tensor wide = x.to(Dtype.FLOAT32).linear(w.to(Dtype.FLOAT32), b.to(Dtype.FLOAT32));
      float[] expected = wide.to(Dtype.BFLOAT16).toFloats();
      float[] many = x.linear(w, b).toFloats();
      float[] few = x.narrow(0, 0, 3).contiguous().linear(w, b).toFloats();
      for (int i = 0; i < many.length; i++) {
        float unit = Math.abs(expected[i]) / 128 + 1e-6f;
        assertThat(many[i]).isCloseTo(expected[i], within(unit));
        if (i < few.length) {
          assertThat(few[i]).isCloseTo(expected[i], within(unit));
        }
      }
    }
  }
}
