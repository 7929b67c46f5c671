package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes PEFT's adapter directories: `adapter_config.json` and
/// `adapter_model.safetensors`.
public final class AdapterDirectory {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  static final String EMBEDDING = "model.embed_tokens";
  static final String HEAD = "lm_head";
  private static final Pattern WRAPPED = Pattern.compile("\\.modules_to_save(\\.default)?(?=\\.)");

  private AdapterDirectory() {}

  /// Returns whether a directory holds an adapter and not a whole model.
  public static boolean isAdapter(Path directory) {
    return ModelParts.isAdapter(directory);
  }

  /// Returns the directory of the model that an adapter belongs to; a model's own directory as it
  /// is.
  ///
  /// @throws BadInput when the adapter does not say, or what it names is no directory here
  public static Path baseOf(Path directory) {
    return ModelParts.of(directory).base();
  }

  /// Adds the adapters of a directory to their base model.
  ///
  /// @throws BadInput when they are corrupt or belong to another model
  public static void load(CausalLm base, Path directory) {
    restore(adapt(base, directory), directory);
  }

  /// Returns the dimensions that a base must have for an adapter: those of the base, but for an
  /// embedding that the adapter brings with more or fewer rows, and an output projection of its own
  /// where the adapter trains only one of two that were tied.
  static ModelConfig fitting(ModelConfig base, Path directory) {
    AdapterConfig config = AdapterConfig.read(directory.resolve(CONFIG));
    List<String> whole = wholeModules(directory);
    boolean unties =
        base.tiedEmbeddings()
            && !config.staysTied()
            && config.saved().stream().anyMatch(m -> m.endsWith("embed_tokens") || m.equals(HEAD));
    long rows = base.vocabularySize();
    for (String module : whole) {
      if (module.equals(EMBEDDING) || module.equals(HEAD)) {
        rows = rows(directory, module);
      }
    }
    if (rows < 1 || rows > 1 << 24) {
      throw BadInput.in(
          directory.resolve(WEIGHTS), "its embedding must have from 1 to 2^24 rows, got " + rows);
    }
    return base.with((int) rows, base.tiedEmbeddings() && !unties);
  }

  private static long rows(Path directory, String module) {
    try (Safetensors file = open(directory)) {
      String name = requireNonNull(named(file).get(PREFIX + module + ".weight"));
      Shape shape = file.entry(name).shape();
      return shape.rank() == 0 ? 0 : shape.sizes()[0];
    }
  }

  /// Returns the modules, by their names without `.weight`, whose own weights an adapter's file
  /// has.
  private static List<String> wholeModules(Path directory) {
    if (!Files.exists(directory.resolve(WEIGHTS))) {
      return List.of(); // planned with, before there are weights
    }
    try (Safetensors file = open(directory)) {
      return named(file).keySet().stream()
          .filter(n -> n.startsWith(PREFIX) && n.endsWith(".weight") && !n.contains(".lora_"))
          .map(n -> n.substring(PREFIX.length(), n.length() - ".weight".length()))
          .toList();
    }
  }

  /// Returns the tensors of an adapter's file by the names that they usually have. Where an
  /// embedding is both resized and trained whole, PEFT saves besides what its wrapper holds: the
  /// same once more, and the base's own, which nobody asks for.
  private static Map<String, String> named(Safetensors file) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String name : file.names()) {
      String usual = WRAPPED.matcher(name).replaceFirst("");
      if (!name.contains(".original_module.")
          && (name.equals(usual) || !names.containsKey(usual))) {
        names.put(usual, name);
      }
    }
    return names;
  }

  /// Returns whether an adapter brings modules of its own beside low-rank matrices.
  static boolean hasWholeModules(Path directory) {
    return !AdapterConfig.read(directory.resolve(CONFIG)).saved().isEmpty()
        || !wholeModules(directory).isEmpty();
  }

  private static Safetensors open(Path directory) {
    Path weights = directory.resolve(WEIGHTS);
    if (!Files.exists(weights) && Files.exists(directory.resolve("adapter_model.bin"))) {
      throw BadInput.in(
          directory,
          "has adapter_model.bin only, which is a Python pickle; save the adapter as safetensors"
              + " (PEFT: save_pretrained)");
    }
    return Safetensors.open(weights);
  }

  /// Adds adapters of the shapes that a directory says, before its weights are read.
  static Lora adapt(CausalLm base, Path directory) {
    AdapterConfig config = AdapterConfig.read(directory.resolve(CONFIG));
    List<String> modules = new ArrayList<>(config.saved());
    for (String module : wholeModules(directory)) {
      boolean tiedHead = base.config().tiedEmbeddings() && module.equals(HEAD);
      if (!tiedHead && modules.stream().noneMatch(m -> AdapterConfig.isEnd(m, module))) {
        modules.add(module); // an embedding that was resized goes along with its adapters
      }
    }
    if (base.config().tiedEmbeddings()) {
      modules.removeIf(m -> AdapterConfig.isEnd(m, HEAD));
    }
    Lora.Choice choice = config.choice(hasExpertsApart(directory));
    config.requireSaved(modules(base));
    try {
      return base.adapt(config.settings(modules, base.projections()), choice, 0);
    } catch (IllegalArgumentException e) {
      throw new BadInput(directory.resolve(CONFIG) + ": " + e.getMessage(), e);
    }
  }

  /// Returns whether each expert has matrices of its own, as we write them.
  private static boolean hasExpertsApart(Path directory) {
    if (!Files.exists(directory.resolve(WEIGHTS))) {
      return true; // planned with, before there are weights
    }
    try (Safetensors file = open(directory)) {
      return file.names().stream().anyMatch(StackedMatrices::isOfExpert);
    }
  }

  /// Returns the names of all modules of a model that have weights, be they tied.
  private static List<String> modules(CausalLm model) {
    Stream<String> own =
        model.parameters().stream().flatMap(p -> p.parts().stream()).map(Part::module);
    return Stream.concat(Stream.of(HEAD), own).toList();
  }

  /// Reads the matrices of a directory over those of the same shapes.
  ///
  /// @throws BadInput when they are corrupt or belong to another model
  static void restore(Lora lora, Path directory) {
    Path weights = directory.resolve(WEIGHTS);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors file = open(directory)) {
      Map<String, Tensor> wanted = weights(lora);
      Map<String, String> there = named(file);
      StackedMatrices stacked = StackedMatrices.among(wanted, there.keySet());
      Set<String> missing = new TreeSet<>(wanted.keySet());
      missing.removeAll(there.keySet());
      missing.removeAll(stacked.parts());
      Set<String> surplus = new TreeSet<>(there.keySet());
      surplus.removeAll(wanted.keySet());
      surplus.removeAll(stacked.names());
      if (wanted.containsKey(PREFIX + EMBEDDING + ".weight")
          && !wanted.containsKey(PREFIX + HEAD + ".weight")) {
        surplus.remove(PREFIX + HEAD + ".weight"); // the embedding again, where they are tied
      }
      requireAlike(weights, lora, missing, surplus);
      stacked.read((name, whole) -> file.readInto(requireNonNull(there.get(name)), whole));
      wanted.keySet().removeAll(stacked.parts());
      wanted.forEach((name, tensor) -> file.readInto(requireNonNull(there.get(name)), tensor));
    }
  }

  private static void requireAlike(Path file, Lora lora, Set<String> missing, Set<String> surplus) {
    Set<String> strange = new TreeSet<>();
    for (String name : surplus) {
      int end = name.indexOf(".lora_");
      if (name.startsWith(PREFIX) && end > 0) {
        strange.add(name.substring(PREFIX.length(), end));
      }
    }
    lora.candidates().forEach(strange::remove);
    if (missing.isEmpty() && !strange.isEmpty()) {
      throw BadInput.in(
          file,
          "has adapters for modules that get none in Tesuji: "
              + Names.list(strange)
              + "; "
              + AdapterConfig.MERGE);
    }
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw BadInput.in(
          file, "belongs to another model or configuration: " + Names.difference(missing, surplus));
    }
  }

  /// Writes the adapters of a model, so that PEFT and Tesuji load them again.
  ///
  /// @param base the directory of the model that they belong to
  /// @throws BadInput when a file cannot be written
  public static void save(Lora lora, Path base, Path directory) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Map<String, Tensor> weights = weights(lora);
      Tensor embedding = weights.get(PREFIX + EMBEDDING + ".weight");
      if (lora.isTied() && embedding != null) {
        weights.put(PREFIX + HEAD + ".weight", embedding); // PEFT asks for both
      }
      Safetensors.write(directory.resolve(WEIGHTS), weights);
    }
    ObjectNode json = AdapterSettings.of(lora);
    json.put(AdapterConfig.BASE, base.toAbsolutePath().normalize().toString());
    SafeFiles.replace(directory.resolve(CONFIG), Json.pretty(json));
  }

  private static Map<String, Tensor> weights(Lora lora) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Parameter p : lora.parameters()) {
      weights.put(PREFIX + p.parts().getFirst().name(), p.tensor().detach());
    }
    for (Parameter p : lora.whole()) {
      for (Part part : p.parts()) {
        weights.put(PREFIX + part.name(), part.of(p.tensor().detach()));
      }
    }
    return weights;
  }
}
