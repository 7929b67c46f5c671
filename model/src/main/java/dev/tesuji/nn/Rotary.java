package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Turns queries and keys by their positions ([Su et al., 2021](https://arxiv.org/abs/2104.09864)).
///
/// Pair i of a head is (x_i, x_{i + D/2}), as in Llama's checkpoints, or (x_2i, x_2i+1), as in
/// DeepSeek's; it turns by position · f_i with f_i = theta^(-2i/D), stretched by the scaling.
/// Angles are rounded to float32 as PyTorch rounds them, so that far positions agree with it.
public final class Rotary {
  private final float[] frequencies; // [D/2], radians per position
  private final boolean interleaved;
  private final float magnitude;
  private float[] known = {}; // cosines and sines of the positions asked for so far

  Rotary(RopeConfig config, int headDim) {
    interleaved = config.interleaved();
    magnitude = config.scaling() instanceof RopeScaling.Yarn yarn ? (float) yarn.magnitude() : 1;
    frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float plain = (float) (1.0 / (float) Math.pow(config.theta(), (float) (2.0 * i / headDim)));
      frequencies[i] = scale(plain, i, config, headDim);
    }
  }

  private static float scale(float f, int pair, RopeConfig config, int headDim) {
    return switch (config.scaling()) {
      case RopeScaling.None() -> f;
      case RopeScaling.Linear(double factor) -> (float) (f / factor);
      case RopeScaling.Llama3 s -> {
        double wavelength = 2 * Math.PI / f;
        double turns = s.originalPositions() / wavelength;
        if (turns > s.highFrequency()) {
          yield f;
        }
        if (turns < s.lowFrequency()) {
          yield (float) (f / s.factor());
        }
        double blend = (turns - s.lowFrequency()) / (s.highFrequency() - s.lowFrequency());
        yield (float) ((1 - blend) * f / s.factor() + blend * f);
      }
      case RopeScaling.Yarn s -> {
        double low = pairThatTurns(s.betaFast(), s, config.theta(), headDim);
        double high = pairThatTurns(s.betaSlow(), s, config.theta(), headDim);
        low = Math.max(s.truncate() ? Math.floor(low) : low, 0);
        high = Math.min(s.truncate() ? Math.ceil(high) : high, headDim - 1);
        double width = low == high ? 0.001 : high - low; // no division by nothing
        double stretched = Math.clamp((pair - low) / width, 0, 1);
        yield (float) (f / s.factor() * stretched + f * (1 - stretched));
      }
    };
  }

  /// Returns the (fractional) number of the pair that makes so many turns in the original context.
  private static double pairThatTurns(
      double turns, RopeScaling.Yarn yarn, double theta, int headDim) {
    double ratio = yarn.originalPositions() / (turns * 2 * Math.PI);
    return headDim * Math.log(ratio) / (2 * Math.log(theta));
  }

  /// Returns whether the entries of a pair lie side by side.
  public boolean interleaved() {
    return interleaved;
  }

  /// Returns the cosines, then the sines, of the angles of positions: float32 `[N, D]`.
  public Tensor table(int[] positions) {
    int half = frequencies.length;
    int longest = 0;
    for (int p : positions) {
      longest = Math.max(longest, p + 1);
    }
    if (known.length < longest * 2 * half) {
      known = rows(Integer.highestOneBit(longest) * 2);
    }
    Tensor table = Tensor.empty(Dtype.FLOAT32, positions.length, 2L * half);
    MemorySegment to = table.data();
    for (int t = 0; t < positions.length; t++) {
      int from = positions[t] * 2 * half;
      MemorySegment.copy(known, from, to, ValueLayout.JAVA_FLOAT, 8L * t * half, 2 * half);
    }
    return table;
  }

  private float[] rows(int count) {
    int half = frequencies.length;
    float[] rows = new float[count * 2 * half];
    for (int p = 0; p < count; p++) {
      for (int i = 0; i < half; i++) {
        float angle = p * frequencies[i];
        rows[(2 * p) * half + i] = (float) Math.cos(angle) * magnitude;
        rows[(2 * p + 1) * half + i] = (float) Math.sin(angle) * magnitude;
      }
    }
    return rows;
  }
}
