package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ImagesTest {
  @Test
  void aConvolutionSumsTheNeighboursAndSeesZerosBeyondTheBorder() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1);
    Tensor ones = Tensor.ones(Dtype.FLOAT32, 1, 9);
    Tensor bias = Tensor.of(new float[] {0.5f});
    assertThat(Images.convolve(image, ones, bias).toFloats())
        .as("each cell has all four in its neighbourhood")
        .containsExactly(10.5f, 10.5f, 10.5f, 10.5f);
    Tensor left = Tensor.of(new float[] {0, 0, 0, 1, 0, 0, 0, 0, 0}, 1, 9);
    assertThat(Images.convolve(image, left, null).toFloats()).containsExactly(0, 1, 0, 3);
  }

  @Test
  void weightsGoByRowsColumnsAndChannels() {
    Tensor image = Tensor.of(new float[] {1, 10, 2, 20}, 1, 1, 2, 2); // one row, two channels
    float[] weight = new float[18];
    weight[4 * 2 + 1] = 1; // the middle of the kernel, the second channel
    weight[5 * 2] = 100; // right of it, the first channel
    Tensor out = Images.convolve(image, Tensor.of(weight, 1, 18), null);
    assertThat(out.shape()).isEqualTo(new Shape(1, 1, 2, 1));
    assertThat(out.toFloats()).containsExactly(10 + 200, 20);
  }

  @Test
  void aKernelThatIsNoOddSquareIsRefused() {
    Tensor image = Tensor.ones(Dtype.FLOAT32, 1, 2, 2, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.convolve(image, Tensor.ones(Dtype.FLOAT32, 1, 4), null))
        .withMessage("weight must be [O, k * k * 1] with k odd, got [1, 4]");
  }

  @Test
  void normalisationUsesTheBatchInTrainingAndTheRunningValuesInPlay() {
    Tensor image = Tensor.of(new float[] {1, 3}, 2, 1, 1, 1);
    Images.BatchNorm norm =
        new Images.BatchNorm(
            Tensor.of(new float[] {2}),
            Tensor.of(new float[] {1}),
            Tensor.of(new float[] {0}),
            Tensor.of(new float[] {4}));
    assertThat(Images.batchNorm(image, norm, false).toFloats())
        .as("x / 2 * 2 + 1")
        .containsExactly(new float[] {2, 4}, within(1e-4f));
    assertThat(Images.batchNorm(image, norm, true).toFloats())
        .as("mean 2, variance 1")
        .containsExactly(new float[] {-1, 3}, within(1e-4f));
    assertThat(norm.mean().item()).as("0.9 * 0 + 0.1 * 2").isCloseTo(0.2, within(1e-6));
    assertThat(norm.variance().item()).as("0.9 * 4 + 0.1 * 2").isCloseTo(3.8, within(1e-6));
  }

  @Test
  void poolingGoesOverTheWholeBoard() {
    Tensor image = Tensor.of(new float[] {1, -8, 5, -2, 3, -6, 3, -4}, 1, 2, 2, 2);
    assertThat(Images.largest(image).toFloats()).containsExactly(5, -2);
    assertThat(Images.mean(image).toFloats()).containsExactly(3, -5);
    assertThat(Images.relu(image).toFloats()).containsExactly(1, 0, 5, 0, 3, 0, 3, 0);
    assertThat(Images.reluInPlace(image)).isSameAs(image);
    assertThat(image.toFloats()).containsExactly(1, 0, 5, 0, 3, 0, 3, 0);
  }

  @Test
  void gradientsGoThroughConvolutionAndPooling() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1);
    Tensor weight = Tensor.ones(Dtype.FLOAT32, 1, 1).requiresGrad(true);
    Images.largest(Images.convolve(image, weight, null)).sum().backward();
    assertThat(weight.grad().toFloats()).as("the largest cell's").containsExactly(4);
  }
}
