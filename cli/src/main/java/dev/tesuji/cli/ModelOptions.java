package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.rewardmodel.RewardModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.Architecture;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.WeightsBeyond;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options that name a model and how it computes.
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description =
          "A Hugging Face model directory (config.json, *.safetensors, tokenizer.json), a PEFT"
              + " adapter's, or a .gguf file.")
  Path directory = Path.of("");

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      paramLabel = "TYPE",
      description =
          "float32, bfloat16, or auto: what the weights are stored in (quantised ones of a .gguf"
              + " file are multiplied as they are). Default: ${DEFAULT-VALUE}.")
  String dtype = "auto";

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description = "auto, cpu or cuda[:INDEX]. Default: ${DEFAULT-VALUE}.")
  String device = "auto";

  /// Loads the model.
  LoadedModel load() {
    return load(loader());
  }

  /// Loads an adapter of the model, or another one, that computes in the same way.
  LoadedModel load(Path other) {
    return load(other, loader());
  }

  private Loader<LoadedModel> loader() {
    return dtype.equals("auto") ? LoadedModel::loadAsStored : LoadedModel::load;
  }

  /// Returns whether it is a reward model.
  boolean isReward() {
    Path base = AdapterDirectory.baseOf(directory);
    ConfigReader.read(base); // must be a model
    return Architecture.scores(base);
  }

  /// Loads the reward model.
  RewardModel loadReward() {
    return load(RewardModel::load);
  }

  private interface Loader<T> {
    T load(Path directory, Dtype dtype, Device device);
  }

  private <T> T load(Loader<T> loader) {
    return load(directory, loader);
  }

  private <T> T load(Path directory, Loader<T> loader) {
    try {
      Path base = AdapterDirectory.baseOf(directory);
      Dtype stored = ConfigReader.read(base).dtype();
      WeightsBeyond.notes(base).forEach(note -> System.err.println("Note: " + note));
      Dtype chosen = dtype.equals("auto") ? LoadedModel.computeType(stored) : Dtype.named(dtype);
      if (!chosen.isFloating()) {
        throw new BadInput("--dtype must be auto, float32 or bfloat16, got '" + dtype + "'");
      }
      return loader.load(directory, chosen, Device.named(device));
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }
}
