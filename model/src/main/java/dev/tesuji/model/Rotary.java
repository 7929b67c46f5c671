package dev.tesuji.model;

import dev.tesuji.model.ModelConfig.RopeConfig;
import dev.tesuji.model.ModelConfig.RopeScaling;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Turns queries and keys by their positions ([Su et al., 2021](https://arxiv.org/abs/2104.09864)).
///
/// Pair i of a head is (x_i, x_{i + D/2}), as in Llama's checkpoints, and turns by position · f_i
/// with f_i = theta^(-2i/D), stretched by the scaling. Angles are rounded to float32 as PyTorch
/// rounds them, so that far positions agree with it.
final class Rotary {
  private final float[] frequencies; // [D/2], radians per position

  Rotary(RopeConfig config, int headDim) {
    frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float plain = (float) (1.0 / (float) Math.pow(config.theta(), (float) (2.0 * i / headDim)));
      frequencies[i] = scale(plain, config.scaling());
    }
  }

  private static float scale(float f, RopeScaling scaling) {
    return switch (scaling) {
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
    };
  }

  /// The cosines and sines of the angles of some positions.
  ///
  /// @param cos float32 `[N, 1, D/2]`
  /// @param sin float32 `[N, 1, D/2]`
  record Angles(Tensor cos, Tensor sin) {
    /// Turns `[N, H, D]` in float32.
    Tensor turn(Tensor x) {
      long half = x.size(2) / 2;
      Tensor a = x.narrow(2, 0, half);
      Tensor b = x.narrow(2, half, half);
      return Tensor.cat(List.of(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))), 2);
    }
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
        cos[t * half + i] = (float) Math.cos(angle);
        sin[t * half + i] = (float) Math.sin(angle);
      }
    }
    return new Angles(Tensor.of(cos, n, 1, half).to(device), Tensor.of(sin, n, 1, half).to(device));
  }
}
