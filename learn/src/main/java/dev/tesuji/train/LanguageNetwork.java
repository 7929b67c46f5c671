package dev.tesuji.train;

import dev.tesuji.check.Require;
import dev.tesuji.nn.ExpertLoads;
import dev.tesuji.nn.Parameter;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;

/// A language model as a learner sees it: its adapters where there are any, else all of its
/// weights.
///
/// @param model the model
/// @param compute how the loads of experts are evened out
public record LanguageNetwork(LoadedModel model, ComputeConfig compute) implements Network {
  /// Checks that the settings fit the model.
  public LanguageNetwork {
    Require.that(
        compute.biasUpdateRate() == 0 || !model.decoder().loads().hasUnbiased(),
        "biasUpdateRate",
        "0 for a model whose routers have no biases (balanceLoss evens its experts out)",
        compute.biasUpdateRate());
  }

  @Override
  public List<Parameter> trained() {
    return model.decoder().trained();
  }

  @Override
  public void save(Path folder) {
    model.save(folder);
  }

  @Override
  public void restore(Path folder) {
    model.restore(folder);
  }

  @Override
  public void afterUpdate(Metrics metrics) {
    ExpertLoads loads = model.decoder().loads();
    ExpertMetrics.put(metrics, loads.loads());
    if (compute.biasUpdateRate() > 0) {
      loads.evenOut(compute.biasUpdateRate());
    }
    loads.reset();
  }
}
