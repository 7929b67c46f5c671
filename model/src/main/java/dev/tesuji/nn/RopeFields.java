package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads how positions turn queries and keys, in both layouts of `config.json`.
final class RopeFields {
  private static final int PHI = 4096; // Phi-3's original context where the file says nothing

  private RopeFields() {}

  /// The ways in which a family differs in its positions.
  ///
  /// @param theta the base where the file says nothing
  /// @param interleaved whether pairs lie side by side
  /// @param partial whether positions may turn a part of a head only
  /// @param scaled whether wavelengths may be stretched by a list (`longrope`), and in no other way
  record Habits(double theta, boolean interleaved, boolean partial, boolean scaled) {
    /// Llama's.
    static final Habits PLAIN = new Habits(10_000, false, false, false);

    /// Returns Llama's with another base.
    static Habits theta(double theta) {
      return new Habits(theta, false, false, false);
    }
  }

  /// Reads `rope_parameters`, or `rope_theta` and `rope_scaling`.
  ///
  /// @param positions the longest sequence
  static RopeConfig read(ConfigFields fields, int positions, Habits habits) {
    JsonNode given = given(fields);
    JsonNode full = given.path("full_attention"); // a dict per kind of attention
    JsonNode rope = full.isObject() ? full : given;
    double theta = fields.number(fields.json(), "rope_theta", habits.theta());
    if (rope.isObject()) {
      theta = fields.number(rope, "rope_theta", theta);
    }
    double part = part(fields, rope, habits);
    RopeScaling kind =
        rope.isObject() ? scaling(fields, rope, positions, habits) : new RopeScaling.None();
    return new RopeConfig(theta, kind, habits.interleaved(), part);
  }

  /// Reads the positions of layers with a window where those have their own: never stretched, but
  /// where `rope_parameters.sliding_attention` says so.
  ///
  /// @param field the field of their base in the older layout
  /// @param absent their base where the file says nothing
  static RopeConfig local(ConfigFields fields, int positions, String field, double absent) {
    JsonNode own = given(fields).path("sliding_attention");
    double theta = fields.number(fields.json(), field, absent);
    if (!own.isObject()) {
      return new RopeConfig(theta, new RopeScaling.None(), false, 1);
    }
    return new RopeConfig(
        fields.number(own, "rope_theta", theta),
        scaling(fields, own, positions, Habits.PLAIN),
        false,
        part(fields, own, Habits.PLAIN));
  }

  private static JsonNode given(ConfigFields fields) {
    JsonNode old = fields.json().path("rope_scaling");
    return old.isObject() && !old.isEmpty() ? old : fields.json().path("rope_parameters");
  }

  private static double part(ConfigFields fields, JsonNode rope, Habits habits) {
    String name = "partial_rotary_factor";
    double part = fields.number(rope, name, fields.number(fields.json(), name, 1));
    if (part != 1 && !habits.partial()) {
      throw fields.bad(
          name,
          "must be 1 in models of type " + fields.json().path("model_type").asString(""),
          part);
    }
    if (part <= 0 || part > 1) {
      throw fields.bad(name, "must be above 0 and at most 1", part);
    }
    return part;
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

  private static RopeScaling scaling(
      ConfigFields fields, JsonNode scaling, int positions, Habits habits) {
    String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    if (habits.scaled()) {
      return switch (type) {
        case "default" -> new RopeScaling.None();
        case "longrope", "su", "yarn" -> longRope(fields, scaling, positions); // its older names
        default ->
            throw fields.bad("rope_scaling.rope_type", "must be one of default, longrope", type);
      };
    }
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

  private static RopeScaling longRope(ConfigFields fields, JsonNode scaling, int positions) {
    int original = originalPositions(fields, scaling, PHI);
    double factor = fields.number(scaling, "factor", (double) positions / original);
    double implied = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return new RopeScaling.LongRope(
        factors(fields, scaling, "short_factor"),
        factors(fields, scaling, "long_factor"),
        original,
        fields.number(scaling, "attention_factor", implied));
  }

  private static List<Double> factors(ConfigFields fields, JsonNode scaling, String name) {
    JsonNode list = scaling.path(name);
    List<Double> factors = new ArrayList<>();
    for (JsonNode factor : list) {
      double value = factor.isNumber() ? factor.doubleValue(Double.NaN) : Double.NaN;
      if (!(value > 0) || Double.isInfinite(value)) {
        throw fields.bad("rope_scaling." + name, "must be numbers above 0", factor);
      }
      factors.add(value);
    }
    if (!list.isArray() || factors.isEmpty()) {
      throw fields.bad("rope_scaling." + name, "must be a list of numbers", list);
    }
    return factors;
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
