package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.gguf.GgufFile;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tensor.TensorException;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Reads and writes Hugging Face model directories: `config.json` and safetensors, in one file or
/// in shards.
public final class ModelDirectory {
  /// The size above which a model is saved in shards, the same as transformers': 5 GB.
  public static final long SHARD_BYTES = 5_000_000_000L;

  private ModelDirectory() {}

  /// Reads a model. Memory is taken for it only once names and shapes agree with the files'
  /// headers.
  ///
  /// @param dtype the type to compute in; the weights are converted
  /// @throws BadInput when the directory is no model, its architecture is unknown, its weights are
  ///   corrupt, or their names or shapes are not those that its configuration asks for
  public static CausalLm load(Path directory, Dtype dtype, Device device) {
    ModelConfig config = config(directory);
    Architecture.requireWriter(directory);
    return load(directory, config, Set.of(), dtype, device);
  }

  /// Reads a model to compute with and not to train: quantised weights of a `.gguf` file stay as
  /// they are stored, where kernels multiply them so; otherwise as [#load] does.
  public static CausalLm loadAsStored(Path directory, Dtype dtype, Device device) {
    boolean typed = dtype == Dtype.FLOAT32 && device.isCpu() && GgufFile.isNamed(directory);
    if (!typed) {
      return load(directory, dtype, device);
    }
    ModelConfig config = config(directory);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      check(directory, config, checkpoint);
      CausalLm model =
          Decoders.takesBlocks(config)
              ? Decoders.inBlocks(config, new StoredBlocks(checkpoint))
              : Decoders.create(config, dtype, device);
      return read(model, checkpoint);
    }
  }

  /// Reads the configuration of a model directory, and believes the weights where they are there
  /// and have an output projection of their own beside an embedding that is said to be tied to it.
  ///
  /// @throws BadInput as [ConfigReader#read] does, or when a weight's file is corrupt
  public static ModelConfig config(Path directory) {
    ModelConfig config = ConfigReader.read(directory);
    return WeightsBeyond.hasOwnHead(directory, config)
        ? config.with(config.vocabularySize(), false)
        : config;
  }

  /// Makes a decoder of other dimensions of the embedding from one that is closed then: rows that
  /// are new are 0, and an output projection that is new is the embedding.
  static CausalLm refit(CausalLm model, ModelConfig config) {
    try (model;
        Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      CausalLm other = Decoders.create(config, model.dtype(), model.device());
      Map<String, Tensor> old = weights(model);
      weights(other)
          .forEach((name, tensor) -> {
            Tensor from =
                requireNonNull(old.get(old.containsKey(name) ? name : "model.embed_tokens.weight"));
            long rows = Math.min(from.size(0), tensor.size(0));
            if (rows < tensor.size(0)) {
              tensor.zero_();
            }
            tensor.narrow(0, 0, rows).copy_(from.narrow(0, 0, rows));
          });
      return other;
    }
  }

  /// Reads the decoder of a model whose files hold other weights too.
  static CausalLm load(
      Path directory, ModelConfig config, Set<String> others, Dtype dtype, Device device) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      check(directory, config, checkpoint, others);
      return read(Decoders.create(config, dtype, device), checkpoint);
    }
  }

  /// Reads the weights of a new model, and closes it where that fails.
  private static CausalLm read(CausalLm model, Checkpoint checkpoint) {
    try {
      readOver(model, checkpoint);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// Reads the weights of a directory over those of a model of the same dimensions.
  ///
  /// @throws BadInput when they are corrupt or belong to another model
  public static void restore(CausalLm model, Path directory) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      check(directory, model, checkpoint, Set.of());
      readOver(model, checkpoint);
    }
  }

  /// Checks that weights have the names and shapes that a configuration asks for, by the headers of
  /// their files: takes no memory for either.
  ///
  /// @throws BadInput naming what differs
  public static void check(Path directory, ModelConfig config, Checkpoint checkpoint) {
    check(directory, config, checkpoint, Set.of());
  }

  /// @param others the names of weights that the decoder has not
  static void check(Path directory, ModelConfig config, Checkpoint checkpoint, Set<String> others) {
    int stored = checkpoint.names().size();
    ModelConfig.ExpertsConfig experts = config.feedForward().experts();
    if (experts != null && experts.routed() > stored) {
      throw BadInput.in(
          directory,
          "weights do not match config.json: it asks for "
              + experts.routed()
              + " experts, and the files hold "
              + stored
              + " tensors");
    }
    if (config.layers() > stored) {
      throw BadInput.in(
          directory,
          "weights do not match config.json: it asks for "
              + config.layers()
              + " layers, and the files hold "
              + stored
              + " tensors");
    }
    long matrices = expertMatrices(config);
    if (matrices > stored) {
      throw BadInput.in(
          directory,
          "weights do not match config.json: it asks for "
              + matrices
              + " matrices of experts, and the files hold "
              + stored
              + " tensors");
    }
    try (CausalLm plan = Decoders.create(config, config.dtype(), Device.META)) {
      check(directory, plan, checkpoint, others);
    } catch (TensorException e) {
      throw new BadInput(
          directory.resolve("config.json")
              + ": asks for weights larger than any memory: "
              + e.getMessage(),
          e);
    }
  }

  /// Counts the matrices of all experts of all layers, each of which is a tensor of its own.
  private static long expertMatrices(ModelConfig config) {
    ModelConfig.ExpertsConfig experts = config.feedForward().experts();
    return experts == null
        ? 0
        : 3L
            * experts.routed()
            * IntStream.range(0, config.layers()).filter(experts.layers()::has).count();
  }

  private static void check(
      Path directory, CausalLm model, Checkpoint checkpoint, Set<String> others) {
    checkNames(directory, model, checkpoint, others);
    for (Parameter p : model.parameters()) {
      for (Part part : p.parts()) {
        try (Scope _ = Scope.open()) {
          checkpoint.requireWeight(part.name(), part.of(p.tensor()).shape());
        }
      }
    }
  }

  private static void checkNames(
      Path directory, CausalLm model, Checkpoint checkpoint, Set<String> others) {
    Set<String> missing = new LinkedHashSet<>(others);
    Set<String> surplus = new LinkedHashSet<>(checkpoint.names());
    missing.removeAll(surplus);
    surplus.removeAll(others);
    for (Parameter p : model.parameters()) {
      for (Part part : p.parts()) {
        if (!surplus.remove(part.name())) {
          missing.add(part.name());
        }
      }
    }
    surplus.removeIf(name ->
        WeightsBeyond.mayBeLeftOut(name, model.config())
            || others.contains(name)
            || checkpoint.isScale(name));
    surplus.removeAll(WeightsBeyond.predictionLayers(directory, model.config(), surplus));
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw BadInput.in(
          directory, "weights do not match config.json: " + Names.difference(missing, surplus));
    }
  }

  private static void readOver(CausalLm model, Checkpoint checkpoint) {
    try (NoGrad _ = NoGrad.on()) {
      for (Parameter p : model.parameters()) {
        for (Part part : p.parts()) {
          try (Scope _ = Scope.open()) {
            if (model.blocks(p.tensor()) == null) {
              checkpoint.readInto(part.name(), part.of(p.tensor()));
            }
          }
        }
      }
    }
  }

  /// Writes a model and its small files, so that transformers and Tesuji load them again.
  ///
  /// Weights are stored in the type that the model computes in, under their checkpoint names.
  ///
  /// @throws BadInput when a file cannot be written
  public static void save(CausalLm model, ModelFiles files, Path directory) {
    save(model, files, directory, SHARD_BYTES);
  }

  /// Writes a model in shards of at most `shardBytes` (one tensor may be larger).
  ///
  /// @throws BadInput when a file cannot be written
  public static void save(CausalLm model, ModelFiles files, Path directory, long shardBytes) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Map<String, Tensor> weights = weights(model);
      Map<String, Form> forms = new LinkedHashMap<>();
      weights.forEach((name, tensor) -> forms.put(name, Form.of(tensor)));
      CheckpointWriter.write(
          directory, forms, name -> requireNonNull(weights.get(name)), shardBytes);
    }
    files.fitting(model.config()).write(directory, model.dtype());
  }

  /// Returns the weights by their checkpoint names, as views of the model's memory.
  public static Map<String, Tensor> weights(CausalLm model) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Parameter p : model.parameters()) {
      for (Part part : p.parts()) {
        weights.put(part.name(), part.of(p.tensor().detach()));
      }
    }
    return weights;
  }
}
