package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes PEFT's adapter directories: `adapter_config.json` and
/// `adapter_model.safetensors`.
public final class AdapterDirectory {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final String BASE = "base_model_name_or_path";

  /// Fields by which an adapter would mean something else than low-rank matrices beside
  /// projections.
  private static final List<String> MUST_BE_OFF =
      List.of(
          "use_dora",
          "fan_in_fan_out",
          "lora_bias",
          "modules_to_save",
          "rank_pattern",
          "alpha_pattern",
          "layers_to_transform",
          "exclude_modules",
          "target_parameters",
          "trainable_token_indices");

  private AdapterDirectory() {}

  /// Says whether a directory holds an adapter and not a whole model.
  public static boolean isAdapter(Path directory) {
    return Files.exists(directory.resolve(CONFIG))
        && !Files.exists(directory.resolve("config.json"));
  }

  /// Returns the directory of the model that an adapter belongs to; a model's own directory as it
  /// is.
  ///
  /// @throws BadInput when the adapter does not say, or what it names is no directory here
  public static Path baseOf(Path directory) {
    if (!isAdapter(directory)) {
      return directory;
    }
    Path file = directory.resolve(CONFIG);
    String name = Json.readObject(file).path(BASE).asString("");
    try {
      for (Path from : List.of(directory.toAbsolutePath(), Path.of("").toAbsolutePath())) {
        Path base = from.resolve(name).normalize();
        if (!name.isEmpty() && Files.isDirectory(base)) {
          return base;
        }
      }
    } catch (InvalidPathException e) {
      throw new BadInput(
          file + ": field '" + BASE + "' must be a directory, got '" + name + "'", e);
    }
    throw BadInput.in(
        file,
        "field '"
            + BASE
            + "' must be the directory of the base model, got '"
            + name
            + "'; put the path of the base there");
  }

  /// Adds the adapters of a directory to their base model.
  ///
  /// @throws BadInput when they are corrupt or belong to another model
  public static void load(CausalLm base, Path directory) {
    restore(adapt(base, directory), directory);
  }

  /// Adds adapters of the shapes that a directory says, before its weights are read.
  static Lora adapt(CausalLm base, Path directory) {
    LoraConfig config = config(directory.resolve(CONFIG));
    try {
      return base.adapt(config, 0);
    } catch (IllegalArgumentException e) {
      throw new BadInput(directory.resolve(CONFIG) + ": " + e.getMessage(), e);
    }
  }

  /// Reads the matrices of a directory over those of the same shapes.
  ///
  /// @throws BadInput when they are corrupt or belong to another model
  static void restore(Lora lora, Path directory) {
    Path weights = directory.resolve(WEIGHTS);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors file = Safetensors.open(weights)) {
      Map<String, Tensor> wanted = weights(lora);
      Set<String> missing = new TreeSet<>(wanted.keySet());
      missing.removeAll(file.names());
      Set<String> surplus = new TreeSet<>(file.names());
      surplus.removeAll(wanted.keySet());
      if (!missing.isEmpty() || !surplus.isEmpty()) {
        throw BadInput.in(
            weights,
            "belongs to another model or configuration: " + Names.difference(missing, surplus));
      }
      wanted.forEach(file::readInto);
    }
  }

  private static LoraConfig config(Path file) {
    ObjectNode json = Json.readObject(file);
    String type = json.path("peft_type").asString("LORA");
    if (!type.equals("LORA")) {
      throw BadInput.in(file, "field 'peft_type' must be LORA, got " + type);
    }
    for (String field : MUST_BE_OFF) {
      JsonNode value = json.path(field);
      boolean off =
          value.isMissingNode()
              || value.isNull()
              || (value.isBoolean() && !value.booleanValue())
              || (value.isContainer() && value.isEmpty());
      if (!off) {
        throw BadInput.in(file, "field '" + field + "' is not known to Tesuji, got " + value);
      }
    }
    if (!json.path("bias").asString("none").equals("none")) {
      throw BadInput.in(file, "field 'bias' must be none, got " + json.path("bias"));
    }
    try {
      return new LoraConfig(
          json.path("r").asInt(0),
          json.path("lora_alpha").asDouble(0),
          json.path("lora_dropout").asDouble(0),
          targets(file, json.path("target_modules")),
          json.path("use_rslora").asBoolean(false));
    } catch (IllegalArgumentException e) {
      throw new BadInput(file + ": " + e.getMessage(), e);
    }
  }

  private static List<String> targets(Path file, JsonNode json) {
    List<String> targets = new ArrayList<>();
    for (JsonNode name : json.isArray() ? json : List.of(json)) {
      String text = name.asString("");
      if (!text.matches("[A-Za-z0-9_.-]+")) {
        throw BadInput.in(
            file,
            "field 'target_modules' must be a list of names such as q_proj (no patterns), got "
                + json);
      }
      targets.add(text);
    }
    return targets;
  }

  /// Writes the adapters of a model, so that PEFT and Tesuji load them again.
  ///
  /// @param base the directory of the model that they belong to
  /// @throws BadInput when a file cannot be written
  public static void save(Lora lora, Path base, Path directory) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Safetensors.write(directory.resolve(WEIGHTS), weights(lora));
    }
    LoraConfig config = lora.config();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    json.put(BASE, base.toAbsolutePath().normalize().toString());
    json.put("r", config.rank()).put("lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout()).put("use_rslora", config.rankStabilised());
    json.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    Set<String> ends = new TreeSet<>();
    lora.names().forEach(name -> ends.add(name.substring(name.lastIndexOf('.') + 1)));
    ends.forEach(json.putArray("target_modules")::add);
    SafeFiles.replace(directory.resolve(CONFIG), Json.pretty(json));
  }

  private static Map<String, Tensor> weights(Lora lora) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Parameter p : lora.parameters()) {
      weights.put(PREFIX + p.parts().getFirst().name(), p.tensor().detach());
    }
    return weights;
  }
}
