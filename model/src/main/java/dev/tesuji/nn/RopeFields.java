package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import tools.jackson.databind.JsonNode;

/// Reads how positions turn queries and keys, in both layouts of `config.json`.
final class RopeFields {
  private RopeFields() {}

  /// Reads `rope_parameters`, or `rope_theta` and `rope_scaling`.
  ///
  /// @param positions the longest sequence
  /// @param interleaved whether pairs lie side by side
  static RopeConfig read(ConfigFields fields, int positions, boolean interleaved) {
    JsonNode old = fields.json().path("rope_scaling");
    JsonNode given = old.isObject() && !old.isEmpty() ? old : fields.json().path("rope_parameters");
    JsonNode full = given.path("full_attention"); // a dict per kind of attention
    JsonNode rope = full.isObject() ? full : given;
    double theta = fields.number(fields.json(), "rope_theta", 10_000);
    if (rope.isObject()) {
      theta = fields.number(rope, "rope_theta", theta);
    }
    double part = fields.number(fields.json(), "partial_rotary_factor", 1);
    if (fields.number(rope, "partial_rotary_factor", part) != 1) {
      throw fields.bad(
          "partial_rotary_factor",
          "must be 1 in models of type " + fields.json().path("model_type").asString(""),
          part);
    }
    RopeScaling kind = rope.isObject() ? scaling(fields, rope, positions) : new RopeScaling.None();
    return new RopeConfig(theta, kind, interleaved);
  }

  /// Returns the length that positions were made for before they were stretched: a field beside the
  /// scaling goes before one in it, as transformers has it.
  private static int originalPositions(ConfigFields fields, JsonNode scaling, int positions) {
    String name = "original_max_position_embeddings";
    JsonNode from = fields.json().hasNonNull(name) ? fields.json() : scaling;
    int value = (int) fields.number(from, name, positions);
    if (value < 1) {
      throw fields.bad(name, "must be a whole number above 0", value);
    }
    return value;
  }

  private static RopeScaling scaling(ConfigFields fields, JsonNode scaling, int positions) {
    String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(fields.number(scaling, "factor", Double.NaN));
      case "llama3" ->
          new RopeScaling.Llama3(
              fields.number(scaling, "factor", Double.NaN),
              fields.number(scaling, "low_freq_factor", Double.NaN),
              fields.number(scaling, "high_freq_factor", Double.NaN),
              originalPositions(fields, scaling, positions));
      case "yarn" -> yarn(fields, scaling, positions);
      default ->
          throw fields.bad(
              "rope_scaling.rope_type", "must be one of default, linear, llama3, yarn", type);
    };
  }

  private static RopeScaling yarn(ConfigFields fields, JsonNode scaling, int positions) {
    int original = originalPositions(fields, scaling, positions);
    double factor = fields.number(scaling, "factor", (double) positions / original);
    double mscale = fields.number(scaling, "mscale", 0);
    double all = fields.number(scaling, "mscale_all_dim", 0);
    double implied =
        mscale != 0 && all != 0
            ? magnitude(factor, mscale) / magnitude(factor, all)
            : magnitude(factor, 1);
    return new RopeScaling.Yarn(
        factor,
        fields.number(scaling, "beta_fast", 32),
        fields.number(scaling, "beta_slow", 1),
        original,
        fields.number(scaling, "attention_factor", implied),
        all == 0 ? 1 : magnitude(factor, all),
        scaling.path("truncate").asBoolean(true));
  }

  /// Returns YaRN's growth of magnitudes: 0.1 m ln(factor) + 1.
  private static double magnitude(double factor, double m) {
    return factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1;
  }
}
