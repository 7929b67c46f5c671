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
    JsonNode five = fields.json().path("rope_parameters");
    JsonNode scaling = five.isObject() ? five : fields.json().path("rope_scaling");
    double theta = fields.number(fields.json(), "rope_theta", 10_000);
    if (five.isObject()) {
      theta = fields.number(five, "rope_theta", theta);
    }
    RopeScaling kind =
        scaling.isObject() ? scaling(fields, scaling, positions) : new RopeScaling.None();
    return new RopeConfig(theta, kind, interleaved);
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
              (int) fields.number(scaling, "original_max_position_embeddings", Double.NaN));
      case "yarn" -> yarn(fields, scaling, positions);
      default ->
          throw fields.bad(
              "rope_scaling.rope_type", "must be one of default, linear, llama3, yarn", type);
    };
  }

  private static RopeScaling yarn(ConfigFields fields, JsonNode scaling, int positions) {
    double factor = fields.number(scaling, "factor", Double.NaN);
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
        (int) fields.number(scaling, "original_max_position_embeddings", positions),
        fields.number(scaling, "attention_factor", implied),
        all == 0 ? 1 : magnitude(factor, all),
        scaling.path("truncate").asBoolean(true));
  }

  /// Returns YaRN's growth of magnitudes: 0.1 m ln(factor) + 1.
  private static double magnitude(double factor, double m) {
    return factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1;
  }
}
