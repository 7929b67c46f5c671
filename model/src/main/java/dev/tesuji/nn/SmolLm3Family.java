package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// SmolLM3: Llama with layers whose queries and keys positions leave alone, usually every fourth
/// ([Bakouch et al., 2025](https://huggingface.co/blog/smollm3)).
final class SmolLm3Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("smollm3");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(bias, bias), false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(4, 0, 32768, 1e-6);
  }

  @Override
  public RopeFields.Habits rope(ConfigFields fields) {
    return RopeFields.Habits.theta(2_000_000);
  }

  @Override
  public boolean tiesEmbeddings() {
    return true;
  }

  /// Reads `layer_types`; a window is in layers without positions only where that is missing.
  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    List<Boolean> turned = turned(fields);
    boolean slides = fields.flag("use_sliding_window", false);
    List<String> kinds =
        fields.layerKinds(
            "layer_types",
            SlidingWindows.KINDS,
            l -> SlidingWindows.KINDS.get(slides && !turned.get(l) ? 1 : 0));
    List<Sight> windows = SlidingWindows.byKind(kinds, SlidingWindows.window(fields, 0), rope);
    List<Sight> sights = new ArrayList<>();
    for (int l = 0; l < windows.size(); l++) {
      sights.add(new Sight(windows.get(l).window(), turned.get(l) ? rope : null));
    }
    return sights;
  }

  /// Reads `no_rope_layers`, in which 1 means that positions turn a layer's queries and keys.
  private static List<Boolean> turned(ConfigFields fields) {
    int layers = fields.positive("num_hidden_layers");
    JsonNode given = fields.json().path("no_rope_layers");
    List<Boolean> turned = new ArrayList<>();
    if (given.isMissingNode() || given.isNull()) {
      int interval = fields.notNegative("no_rope_layer_interval", 4);
      if (interval < 1) {
        throw fields.bad("no_rope_layer_interval", "must be a whole number above 0", interval);
      }
      for (int l = 0; l < layers; l++) {
        turned.add((l + 1) % interval != 0);
      }
      return turned;
    }
    for (JsonNode flag : given) {
      boolean one = flag.asInt(-1) == 1 || flag.asBoolean(false);
      if (!one && flag.asInt(-1) != 0 && !flag.isBoolean()) {
        throw fields.bad("no_rope_layers", "must have 0 or 1 per layer", given);
      }
      turned.add(one);
    }
    if (!given.isArray() || turned.size() < layers) {
      throw fields.bad("no_rope_layers", "must have 0 or 1 per layer", given);
    }
    return turned;
  }
}
