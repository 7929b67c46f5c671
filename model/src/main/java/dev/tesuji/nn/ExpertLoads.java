package dev.tesuji.nn;

import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts how many tokens each expert reads in whole sequences, and evens the loads out without a
/// loss ([Wang et al., 2024](https://arxiv.org/abs/2408.15664)).
public final class ExpertLoads {
  private final List<Layer> layers = new ArrayList<>();

  ExpertLoads() {}

  /// The experts of one layer.
  public static final class Layer {
    private final int number;
    private final @Nullable Tensor bias;
    private final long[] counts;

    private Layer(int number, int experts, @Nullable Tensor bias) {
      this.number = number;
      this.bias = bias;
      counts = new long[experts];
    }

    public void add(int[] more) {
      for (int e = 0; e < more.length; e++) {
        counts[e] += more[e];
      }
    }
  }

  /// Adds a layer.
  ///
  /// @param bias decides with the scores who is chosen, float32 `[experts]`; null without
  public Layer layer(int number, int experts, @Nullable Tensor bias) {
    Layer layer = new Layer(number, experts, bias);
    layers.add(layer);
    return layer;
  }

  /// Returns whether there are experts whose router has no bias that could even their loads out.
  public boolean hasUnbiased() {
    return layers.stream().anyMatch(l -> l.bias == null);
  }

  /// Returns whether the model has no experts.
  public boolean isEmpty() {
    return layers.isEmpty();
  }

  /// How tokens were spread over the experts of a layer.
  ///
  /// @param layer its number
  /// @param counts tokens per expert
  public record Load(int layer, long[] counts) implements Serializable {
    private static final long serialVersionUID = 1;

    /// Returns the load of the busiest expert in units of the mean: 1 when all are even.
    public double imbalance() {
      long total = Arrays.stream(counts).sum();
      long most = Arrays.stream(counts).max().orElse(0);
      return total == 0 ? 1 : (double) most * counts.length / total;
    }
  }

  /// Returns the loads since the last [#reset].
  public List<Load> loads() {
    return layers.stream().map(l -> new Load(l.number, l.counts.clone())).toList();
  }

  /// Counts what another copy of the model has counted.
  ///
  /// @param more its [#loads]
  public void add(List<Load> more) {
    for (int l = 0; l < layers.size(); l++) {
      long[] counts = layers.get(l).counts;
      for (int e = 0; e < counts.length; e++) {
        counts[e] += more.get(l).counts()[e];
      }
    }
  }

  /// Starts to count from 0.
  public void reset() {
    layers.forEach(l -> Arrays.fill(l.counts, 0));
  }

  /// Moves the bias of each expert by `rate`: up where it read fewer tokens than the mean, down
  /// where it read more ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), section 2.1.2).
  public void evenOut(double rate) {
    try (NoGrad _ = NoGrad.on()) {
      for (Layer layer : layers) {
        Tensor bias = layer.bias;
        if (bias == null) {
          continue;
        }
        try (Scope _ = Scope.open()) {
          double mean = Arrays.stream(layer.counts).average().orElse(0);
          float[] step = new float[layer.counts.length];
          for (int e = 0; e < step.length; e++) {
            step[e] = (float) (rate * Math.signum(mean - layer.counts[e]));
          }
          bias.add_(Tensor.of(step, step.length).to(bias.device()), 1);
        }
      }
    }
  }
}
