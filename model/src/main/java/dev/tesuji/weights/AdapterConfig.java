package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// PEFT's `adapter_config.json`, by an allow-list: a field is heeded, or has no bearing on what an
/// adapter is, or must have the value that switches it off. Anything else is refused by its name.
///
/// @param file named in errors
/// @param json all of it
final class AdapterConfig {
  static final String BASE = "base_model_name_or_path";
  static final String MERGE =
      "merge the adapter into its base (PEFT: merge_and_unload, save_pretrained)";

  /// Fields that are read here.
  private static final Set<String> HEEDED =
      Set.of(
          "peft_type",
          "task_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "target_parameters",
          "exclude_modules",
          "use_rslora",
          "rank_pattern",
          "alpha_pattern",
          "layers_to_transform",
          "layers_pattern",
          "modules_to_save",
          "ensure_weight_tying",
          "init_lora_weights",
          "bias",
          BASE);

  /// Fields that say where an adapter comes from, or how something began that has since been
  /// trained.
  private static final Set<String> NO_BEARING =
      Set.of(
          "auto_mapping",
          "revision",
          "inference_mode",
          "peft_version",
          "megatron_config",
          "megatron_core",
          "runtime_config",
          "loftq_config",
          "eva_config",
          "corda_config",
          "lora_ga_config",
          "qalora_group_size");

  /// Ways to begin that leave the base as it is; all others change its weights as they begin.
  private static final Set<String> HARMLESS_STARTS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  private final Path file;
  private final ObjectNode json;
  private final List<String> saved;
  private final Map<Pattern, Double> ranks;
  private final Map<Pattern, Double> alphas;

  private AdapterConfig(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
    requireKnownFields();
    requireStart();
    saved = names("modules_to_save");
    ranks = patterns("rank_pattern");
    alphas = patterns("alpha_pattern");
    targetsAnything("");
    targetsParameter("");
  }

  /// Reads a file.
  ///
  /// @throws BadInput naming the field by which the adapter is more than low-rank matrices beside
  ///   projections
  static AdapterConfig read(Path file) {
    return new AdapterConfig(file, Json.readObject(file));
  }

  private void requireKnownFields() {
    String type = json.path("peft_type").asString("LORA");
    if (!type.equals("LORA")) {
      throw BadInput.in(file, "field 'peft_type' must be LORA, got " + BadInput.brief(type));
    }
    String task = json.path("task_type").asString("CAUSAL_LM");
    if (!task.equals("CAUSAL_LM")) {
      throw BadInput.in(file, "field 'task_type' must be CAUSAL_LM, got " + BadInput.brief(task));
    }
    if (!json.path("bias").asString("none").equals("none")) {
      throw BadInput.in(file, "field 'bias' must be none, got " + json.path("bias"));
    }
    for (Map.Entry<String, JsonNode> e : json.properties()) {
      if (!HEEDED.contains(e.getKey())
          && !NO_BEARING.contains(e.getKey())
          && !isOff(e.getValue())) {
        throw BadInput.in(
            file,
            "field '"
                + BadInput.brief(e.getKey())
                + "' is not known to Tesuji, got "
                + BadInput.brief(e.getValue())
                + "; "
                + MERGE);
      }
    }
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isContainer() && value.isEmpty());
  }

  /// An adapter that began with a part of the base taken off the base fits only that rest, which
  /// PEFT makes anew whenever it loads it.
  private void requireStart() {
    String start = json.path("init_lora_weights").asString("true");
    if (!HARMLESS_STARTS.contains(start) && !json.path("init_lora_weights").isBoolean()) {
      throw BadInput.in(
          file,
          "field 'init_lora_weights' is '"
              + BadInput.brief(start)
              + "', which changes the base's weights as the adapter is loaded; save it as a plain"
              + " adapter (PEFT: save_pretrained with path_initial_model_for_weight_conversion), or"
              + " merged into its base");
    }
  }

  private List<String> names(String field) {
    List<String> names = new ArrayList<>();
    JsonNode given = json.path(field);
    if (given.isString()) {
      names.add(given.stringValue());
    }
    given.forEach(name -> names.add(name.asString("")));
    return names;
  }

  private Map<Pattern, Double> patterns(String field) {
    Map<Pattern, Double> patterns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : json.path(field).properties()) {
      double value = e.getValue().asDouble(0);
      boolean rank = value == Math.rint(value) && value <= 1 << 14;
      if (!(value > 0 && value <= LoraConfig.LARGEST_ALPHA)
          || (field.equals("rank_pattern") && !rank)) {
        throw BadInput.in(
            file, "field '" + field + "' must have numbers above 0, got " + e.getValue());
      }
      patterns.put(pattern(field, "(.*\\.)?(" + e.getKey() + ")"), value);
    }
    return patterns;
  }

  private Pattern pattern(String field, String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new BadInput(
          file + ": field '" + field + "' has a pattern that cannot be read: " + e.getDescription(),
          e);
    }
  }

  /// Returns the settings, whose targets are the fields' own. PEFT passes over names that a model
  /// has no projection of.
  ///
  /// @param modules the modules that are trained whole
  /// @param projections the names of all projections that could have adapters
  LoraConfig settings(List<String> modules, List<String> projections) {
    List<String> targets = isPlain() ? names("target_modules") : List.of("all-linear");
    List<String> found =
        targets.stream()
            .filter(t -> !isPlain() || projections.stream().anyMatch(p -> isEnd(t, p)))
            .toList();
    if (found.isEmpty()) {
      throw BadInput.in(
          file,
          "field 'target_modules' must name projections of the model, such as q_proj, got "
              + BadInput.brief(json.path("target_modules")));
    }
    try {
      return new LoraConfig(
          json.path("r").asInt(0),
          json.path("lora_alpha").asDouble(0),
          json.path("lora_dropout").asDouble(0),
          found,
          json.path("use_rslora").asBoolean(false),
          modules);
    } catch (IllegalArgumentException e) {
      throw new BadInput(file + ": " + e.getMessage(), e);
    }
  }

  /// Refuses modules to be trained whole that have no weights here.
  ///
  /// @param modules the names of all that have
  void requireSaved(List<String> modules) {
    for (String name : saved) {
      if (modules.stream().noneMatch(m -> isEnd(name, m))) {
        throw BadInput.in(
            file,
            "field 'modules_to_save' must name modules with weights of their own, such as"
                + " embed_tokens, lm_head or norm, got '"
                + BadInput.brief(name)
                + "'; "
                + MERGE);
      }
    }
  }

  /// Returns whether a name is another, or the end of it.
  static boolean isEnd(String end, String name) {
    return name.equals(end) || name.endsWith("." + end);
  }

  /// Returns whether the targets are names and nothing takes any of them away.
  private boolean isPlain() {
    return json.path("target_modules").isArray()
        && isOff(json.path("target_parameters"))
        && isOff(json.path("exclude_modules"))
        && isOff(json.path("layers_to_transform"));
  }

  /// Returns the modules that are trained whole.
  List<String> saved() {
    return saved;
  }

  /// Returns whether an embedding that is trained whole is also the output projection, where the
  /// base has them tied; PEFT otherwise makes a copy of the one that is named.
  boolean staysTied() {
    return json.path("ensure_weight_tying").asBoolean(false);
  }

  /// Returns what gives a projection the adapter that PEFT gives it.
  ///
  /// @param apart whether each expert has matrices of its own; where PEFT has stacked those of all,
  ///   names of modules reach none of them
  Lora.Choice choice(boolean apart) {
    return name -> {
      boolean expert = StackedMatrices.isOfExpert(name);
      String parameter = StackedMatrices.parameter(name);
      if (targetsParameter(parameter)) {
        Lora.Size size = sizeOf(parameter);
        return expert && apart ? StackedMatrices.part(parameter, size) : size;
      }
      return targetsAnything(name) && (apart || !expert) ? sizeOf(name) : null;
    };
  }

  private Lora.Size sizeOf(String name) {
    int rank = (int) first(ranks, name, json.path("r").asInt(0));
    double alpha = first(alphas, name, json.path("lora_alpha").asDouble(0));
    boolean stabilised = json.path("use_rslora").asBoolean(false);
    return new Lora.Size(rank, alpha / (stabilised ? Math.sqrt(rank) : rank));
  }

  private static double first(Map<Pattern, Double> patterns, String name, double otherwise) {
    return patterns.entrySet().stream()
        .filter(e -> e.getKey().matcher(name).matches())
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse(otherwise);
  }

  /// Returns whether PEFT gives a module an adapter.
  private boolean targetsAnything(String name) {
    return !matches("exclude_modules", name)
        && matches("target_modules", name)
        && (json.path("target_modules").isString() || isInLayers(name));
  }

  /// Returns whether PEFT gives a parameter an adapter, by its name.
  private boolean targetsParameter(String name) {
    JsonNode given = json.path("target_parameters");
    if (given.isString()) {
      throw BadInput.in(
          file,
          "field 'target_parameters' must be a list of names such as mlp.experts.down_proj, got "
              + BadInput.brief(given));
    }
    return matches("target_parameters", name);
  }

  private boolean matches(String field, String name) {
    JsonNode given = json.path(field);
    if (given.isString()) {
      String text = given.stringValue();
      return text.equals("all-linear")
          ? !name.equals("lm_head")
          : pattern(field, text).matcher(name).matches();
    }
    for (JsonNode each : given) {
      if (!each.isString()) {
        throw BadInput.in(
            file,
            "field '"
                + field
                + "' must be a list of names such as q_proj, or a pattern, got "
                + BadInput.brief(given));
      }
      String end = each.stringValue();
      if (isEnd(end, name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isInLayers(String name) {
    JsonNode layers = json.path("layers_to_transform");
    if (layers.isMissingNode() || layers.isNull() || (layers.isArray() && layers.isEmpty())) {
      return true;
    }
    List<String> kinds = names("layers_pattern");
    String kind = kinds.isEmpty() ? "[^.]*" : "(?:" + String.join("|", kinds) + ")";
    Matcher number = pattern("layers_pattern", ".*\\." + kind + "\\.(\\d+)\\..*").matcher(name);
    if (!number.matches()) {
      return false;
    }
    for (JsonNode layer : layers.isArray() ? layers : List.of(layers)) {
      if (layer.asInt(-1) == Integer.parseInt(number.group(1))) {
        return true;
      }
    }
    return false;
  }
}
