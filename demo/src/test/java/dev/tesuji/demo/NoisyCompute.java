package dev.tesuji.demo;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.RowTokens;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Arithmetic that generates as if logits had been rounded to eight bits: each is moved by chance
/// by up to half of a step, of which 255 reach from the smallest logit of its row to the largest.
/// Whole sequences are read without noise.
final class NoisyCompute implements Compute {
  private static final int STEPS = 255;

  private final Compute plain;
  private final SplittableRandom random;
  private double steps; // the width of the noise; 0 for none

  /// @param seed of the noise
  NoisyCompute(Compute plain, long seed) {
    this.plain = plain;
    random = new SplittableRandom(seed);
  }

  /// Sets the width of the noise.
  ///
  /// @param width in steps of eight-bit rounding; 0 for none
  void disturb(double width) {
    steps = width;
  }

  private Tensor disturbed(Tensor logits) {
    if (steps == 0) {
      return logits;
    }
    int width = Math.toIntExact(logits.size(1));
    float[] values = logits.toFloats();
    for (int from = 0; from < values.length; from += width) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = from; i < from + width; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      double step = steps * (high - low) / STEPS;
      for (int i = from; i < from + width; i++) {
        values[i] += (float) (step * (random.nextDouble() - 0.5));
      }
    }
    return Tensor.of(values, logits.size(0), width);
  }

  @Override
  public Decoding decoding(DecodingCapacity capacity) {
    Decoding inner = plain.decoding(capacity);
    return new Decoding() {
      @Override
      public int rows() {
        return inner.rows();
      }

      @Override
      public int together() {
        return inner.together();
      }

      @Override
      public Tensor prefill(List<int[]> prompts, int[] promptOf, int firstRow) {
        return disturbed(inner.prefill(prompts, promptOf, firstRow));
      }

      @Override
      public Tensor decode(RowTokens tokens) {
        return disturbed(inner.decode(tokens));
      }

      @Override
      public void replace(int row, int last, int length) {
        inner.replace(row, last, length);
      }

      @Override
      public void close() {
        inner.close();
      }
    };
  }

  @Override
  public Dtype product() {
    return plain.product();
  }

  @Override
  public Dtype sequenceProduct() {
    return plain.sequenceProduct();
  }

  @Override
  public Set<Dtype> productTypes() {
    return plain.productTypes();
  }

  @Override
  public void multiplyIn(Dtype type) {
    plain.multiplyIn(type);
  }

  @Override
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    return plain.batch(sequences, shareable);
  }

  @Override
  public Tensor hidden(TokenBatch batch) {
    return plain.hidden(batch);
  }

  @Override
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    return plain.trainingPass(batch, settings);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return plain.logits(hidden);
  }

  @Override
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    return plain.logitsBackward(gradient, hidden);
  }

  @Override
  public int scoringTokens(int most) {
    return plain.scoringTokens(most);
  }

  @Override
  public ComputeMemory memory() {
    return plain.memory();
  }

  @Override
  public Compute withAdapters() {
    throw new UnsupportedOperationException("all weights are trained");
  }
}
