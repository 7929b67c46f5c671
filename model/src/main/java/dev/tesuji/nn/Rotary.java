package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

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

  /// The cosines and sines of the angles of some positions.
  ///
  /// @param cos float32 `[N, 1, D/2]`
  /// @param sin float32 `[N, 1, D/2]`
  /// @param interleaved whether pairs lie side by side
  public record Angles(Tensor cos, Tensor sin, boolean interleaved) {
    /// Turns `[N, H, D]` in float32. First and second halves of the pairs come out in two blocks,
    /// also where they went in side by side: for queries and keys alike, so that their products
    /// stay what they are.
    Tensor turn(Tensor x) {
      long half = x.size(2) / 2;
      Tensor pairs = interleaved ? x.reshape(x.size(0), x.size(1), half, 2) : x;
      Tensor a = interleaved ? pairs.select(3, 0) : x.narrow(2, 0, half);
      Tensor b = interleaved ? pairs.select(3, 1) : x.narrow(2, half, half);
      return Tensor.cat(List.of(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))), 2);
    }
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

  /// Computes the angles of `[N]` positions.
  Angles angles(int[] positions, Device device) {
    int n = positions.length;
    int half = frequencies.length;
    float[] cos = new float[n * half];
    float[] sin = new float[n * half];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < half; i++) {
        float angle = positions[t] * frequencies[i];
        cos[t * half + i] = (float) Math.cos(angle) * magnitude;
        sin[t * half + i] = (float) Math.sin(angle) * magnitude;
      }
    }
    return new Angles(
        Tensor.of(cos, n, 1, half).to(device), Tensor.of(sin, n, 1, half).to(device), interleaved);
  }
}
