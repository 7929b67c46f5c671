package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.RunContext.StageModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.WeightsBeyond;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/// The models of a run, loaded with their weights.
///
/// @param recipe the recipe
/// @param places where models lie; all are computed in the type of the one that the run begins with
/// @param products the type of matrix products
/// @param console where to tell what was loaded
record RunModels(Recipe recipe, ModelPlaces places, MatmulPrecision products, PrintStream console)
    implements RunContext.Models {
  @Override
  public StageModel load(Path directory) {
    Device device = device();
    Dtype dtype =
        recipe.computeType(ConfigReader.read(AdapterDirectory.baseOf(places.start())).dtype());
    LoadedModel model = LoadedModel.load(directory, dtype, device);
    complete(model);
    CausalLm decoder = model.decoder();
    console.printf(
        Locale.ROOT,
        "%s: %s, %,d parameters, %,d of them trained, %s on %s%s%n",
        recipe.name(),
        decoder.config().modelType(),
        decoder.parameterCount(),
        decoder.trainedCount(),
        dtype,
        device,
        decoder.product() == dtype ? "" : ", products in " + decoder.product());
    WeightsBeyond.notes(model.directory()).forEach(note -> console.println("Note: " + note));
    return StageModel.of(model, false);
  }

  @Override
  public LoadedModel plan(Path directory, CausalLm like) {
    LoadedModel model = LoadedModel.planned(directory, like.dtype(), like.device());
    complete(model);
    return model;
  }

  private void complete(LoadedModel model) {
    try {
      recipe.adapt(model.decoder());
      products.apply(model.decoder());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public Path of(String stage) {
    return places.madeBy(stage);
  }

  private Device device() {
    try {
      return Device.named(recipe.device());
    } catch (IllegalArgumentException e) {
      throw new BadInput("recipe: " + e.getMessage(), e);
    }
  }
}
