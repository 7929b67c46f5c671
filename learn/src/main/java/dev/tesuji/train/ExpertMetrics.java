package dev.tesuji.train;

import dev.tesuji.nn.ExpertLoads;
import java.util.Arrays;
import java.util.List;

/// Says how evenly tokens were spread over experts.
public final class ExpertMetrics {
  private ExpertMetrics() {}

  /// Sets, per layer L, `moe/layer_L/imbalance` (the busiest expert's load in units of the mean)
  /// and `moe/layer_L/expert_E` (the share of tokens that expert E read); nothing where the model
  /// has no experts.
  public static void put(Metrics metrics, List<ExpertLoads.Load> loads) {
    for (ExpertLoads.Load load : loads) {
      String layer = "moe/layer_" + load.layer() + "/";
      double total = Arrays.stream(load.counts()).sum();
      metrics.put(layer + "imbalance", load.imbalance());
      for (int e = 0; e < load.counts().length; e++) {
        metrics.put(layer + "expert_" + e, load.counts()[e] / total);
      }
    }
  }
}
