package dev.tesuji.weights;

import dev.tesuji.json.Json;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// Writes PEFT's `adapter_config.json`.
///
/// Experts' projections are named as the parameters that transformers 5 stacks them in, with the
/// rank and alpha of the stack: PEFT makes the stack from the matrices of each expert as it reads
/// them ([StackedMatrices]). Were they named as modules, PEFT would turn `gate_proj`, `up_proj` and
/// `down_proj` into those parameters for some families only, and lose the shared experts and the
/// layers without experts, which have projections of the same names; so those are named as
/// parameters too.
final class AdapterSettings {
  private static final Set<String> OF_EXPERTS = Set.of("gate_proj", "up_proj", "down_proj");

  private final Lora lora;
  private final LoraConfig config;
  private final boolean experts;
  private final Map<String, Lora.Size> stacks;

  private AdapterSettings(Lora lora) {
    this.lora = lora;
    config = lora.config();
    experts = lora.candidates().stream().anyMatch(StackedMatrices::isOfExpert);
    stacks = stacks();
  }

  /// Returns all fields but for the base's name.
  static ObjectNode of(Lora lora) {
    return new AdapterSettings(lora).json();
  }

  private ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    json.put("r", config.rank()).put("lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout()).put("use_rslora", config.rankStabilised());
    json.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    targets(false).forEach(json.putArray("target_modules")::add);
    Set<String> parameters = targets(true);
    if (!parameters.isEmpty()) {
      parameters.forEach(json.putArray("target_parameters")::add);
    }
    sizes(json);
    if (!lora.whole().isEmpty()) {
      modules().forEach(json.putArray("modules_to_save")::add);
      json.put("ensure_weight_tying", lora.isTied());
    }
    return json;
  }

  /// Returns the modules that are saved whole. A tied output projection is named beside its
  /// embedding: PEFT before 0.18 does not know `ensure_weight_tying` and would leave the base's.
  private Set<String> modules() {
    Set<String> modules = new LinkedHashSet<>(config.modulesToSave());
    if (lora.isTied() && config.saves(AdapterDirectory.EMBEDDING)) {
      modules.add(AdapterDirectory.HEAD);
    }
    return modules;
  }

  /// Returns the ends of names where all projections with that end have adapters, else whole names.
  private Set<String> targets(boolean asParameters) {
    Set<String> targets = new TreeSet<>();
    for (String name : lora.names()) {
      if (isParameter(name)) {
        if (asParameters) {
          targets.add(StackedMatrices.parameter(name));
        }
      } else if (!asParameters) {
        targets.add(isWhole(end(name)) ? end(name) : name);
      }
    }
    return targets;
  }

  private static String end(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /// Returns whether a projection is named as a parameter.
  private boolean isParameter(String name) {
    return StackedMatrices.isOfExpert(name)
        ? stacks.containsKey(StackedMatrices.parameter(name))
        : experts && OF_EXPERTS.contains(end(name));
  }

  private boolean isWhole(String end) {
    return lora.candidates().stream()
        .filter(other -> AdapterConfig.isEnd(end, other) && !isParameter(other))
        .allMatch(other -> lora.sizes().containsKey(other));
  }

  /// Writes the sizes that differ from the settings' own under the names of their projections.
  private void sizes(ObjectNode json) {
    ObjectNode ranks = json.putObject("rank_pattern");
    ObjectNode alphas = json.putObject("alpha_pattern");
    Map<String, Lora.Size> sizes = new LinkedHashMap<>(stacks);
    lora.sizes()
        .forEach((name, size) ->
            sizes.putIfAbsent(isParameter(name) ? StackedMatrices.parameter(name) : name, size));
    sizes.forEach((name, size) -> {
      double alpha =
          size.scale() * (config.rankStabilised() ? Math.sqrt(size.rank()) : size.rank());
      String pattern = "^" + name.replace(".", "\\.");
      if (size.rank() != config.rank()) {
        ranks.put(pattern, size.rank());
      }
      if (Math.abs(alpha - config.alpha()) > 1e-9 * config.alpha()) {
        alphas.put(pattern, alpha);
      }
    });
  }

  /// Returns the sizes of the stacks of experts' matrices: where all experts of a layer have
  /// adapters, of one size.
  private Map<String, Lora.Size> stacks() {
    Map<String, Set<Optional<Lora.Size>>> all = new TreeMap<>();
    for (String name : lora.candidates()) {
      if (StackedMatrices.isOfExpert(name)) {
        all.computeIfAbsent(StackedMatrices.parameter(name), _ -> new LinkedHashSet<>())
            .add(Optional.ofNullable(lora.sizes().get(name)));
      }
    }
    Map<String, Lora.Size> whole = new TreeMap<>();
    all.forEach((parameter, sizes) -> {
      if (sizes.size() == 1) {
        List.copyOf(sizes)
            .getFirst()
            .ifPresent(size -> whole.put(parameter, StackedMatrices.whole(parameter, size)));
      }
    });
    return whole;
  }
}
