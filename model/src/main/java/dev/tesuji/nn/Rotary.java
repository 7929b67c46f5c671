package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns queries and keys by their positions ([Su et al., 2021](https://arxiv.org/abs/2104.09864)).
///
/// Pair i of a head is (x_i, x_{i + D/2}), as in Llama's checkpoints, or (x_2i, x_2i+1), as in
/// DeepSeek's; it turns by position · f_i with f_i = theta^(-2i/D), stretched by the scaling.
/// Angles are rounded to float32 as PyTorch rounds them, so that far positions agree with it.
public final class Rotary {
  private final Waves near;
  private final @Nullable Waves far; // of sequences longer than `reach`; null where none differ
  private final int reach;
  private final boolean interleaved;

  Rotary(RopeConfig config, int headDim) {
    interleaved = config.interleaved();
    float magnitude =
        switch (config.scaling()) {
          case RopeScaling.Yarn yarn -> (float) yarn.magnitude();
          case RopeScaling.LongRope lists -> (float) lists.magnitude();
          case RopeScaling.None _, RopeScaling.Linear _, RopeScaling.Llama3 _ -> 1;
        };
    if (config.scaling() instanceof RopeScaling.LongRope lists) {
      near = new Waves(stretched(lists.near(), config.theta(), headDim), magnitude);
      far = new Waves(stretched(lists.far(), config.theta(), headDim), magnitude);
      reach = lists.originalPositions();
      return;
    }
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float plain = (float) (1.0 / (float) Math.pow(config.theta(), (float) (2.0 * i / headDim)));
      frequencies[i] = scale(plain, i, config, headDim);
    }
    near = new Waves(frequencies, magnitude);
    far = null;
    reach = Integer.MAX_VALUE;
  }

  private static float[] stretched(List<Double> factors, double theta, int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float length = (float) Math.pow(theta, (float) (2.0 * i / headDim));
      frequencies[i] = 1 / (factors.get(i).floatValue() * length);
    }
    return frequencies;
  }

  private static float scale(float f, int pair, RopeConfig config, int headDim) {
    return switch (config.scaling()) {
      case RopeScaling.None() -> f;
      case RopeScaling.Linear(double factor) -> (float) (f / factor);
      case RopeScaling.LongRope _ -> throw new IllegalStateException("stretched by a list");
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

  /// Returns the longest sequence whose tokens are turned as those of all shorter ones: longer ones
  /// are turned by other angles from their first token on.
  public int reach() {
    return reach;
  }

  /// Returns the cosines, then the sines, of the angles of positions: float32 `[N, D]`.
  public Tensor table(int[] positions) {
    return table(positions, positions); // whatever their lengths, they are within reach
  }

  /// Returns the cosines, then the sines, of the angles of positions: float32 `[N, D]`.
  ///
  /// @param lengths of the sequences that the tokens are in
  public Tensor table(int[] positions, int[] lengths) {
    int width = 2 * near.frequencies.length;
    Tensor table = Tensor.empty(Dtype.FLOAT32, positions.length, width);
    MemorySegment to = table.data();
    near.reach(positions);
    if (far != null) {
      far.reach(positions);
    }
    for (int t = 0; t < positions.length; t++) {
      Waves waves = far != null && lengths[t] > reach ? far : near;
      int from = positions[t] * width;
      MemorySegment.copy(
          waves.known, from, to, ValueLayout.JAVA_FLOAT, (long) Float.BYTES * t * width, width);
    }
    return table;
  }

  /// Frequencies, and the cosines and sines of the positions asked for so far.
  private static final class Waves {
    private final float[] frequencies; // [D/2], radians per position
    private final float magnitude;
    private float[] known = {};

    Waves(float[] frequencies, float magnitude) {
      this.frequencies = frequencies;
      this.magnitude = magnitude;
    }

    void reach(int[] positions) {
      int longest = 0;
      for (int p : positions) {
        longest = Math.max(longest, p + 1);
      }
      if (known.length < longest * 2 * frequencies.length) {
        known = rows(Integer.highestOneBit(longest) * 2);
      }
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
}
