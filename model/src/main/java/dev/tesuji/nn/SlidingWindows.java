package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import tools.jackson.databind.JsonNode;

/// Windows: layers that look back over so many tokens only, which Tesuji does not know. Settings of
/// windows that touch no layer are fine.
final class SlidingWindows {
  private static final int ABSENT = 4096; // where the field is absent
  private static final int FULL_LAYERS = 28; // where Qwen's max_window_layers is absent

  private SlidingWindows() {}

  /// Refuses a window in all layers that is shorter than the longest sequence, as Mistral has it.
  ///
  /// @throws BadInput naming the field that asks for it
  static void refuseEverywhere(ConfigFields fields, ModelFamily.Defaults absent) {
    JsonNode window = fields.json().path("sliding_window");
    if (!window.isNull() && window.asInt(ABSENT) < fields.positions(absent)) {
      throw fields.bad(
          "sliding_window",
          "must be null: sliding windows are not known yet (a config.json without the field means "
              + ABSENT
              + ")",
          window);
    }
  }

  /// Refuses a window in some layers, as Qwen has it.
  ///
  /// @throws BadInput naming the field that asks for it
  static void refuseByLayer(ConfigFields fields, ModelFamily.Defaults absent) {
    JsonNode window = fields.json().path("sliding_window");
    boolean off =
        !fields.flag("use_sliding_window", false)
            || window.isNull()
            || window.asInt(ABSENT) >= fields.positions(absent);
    if (off) {
      return;
    }
    JsonNode kinds = fields.json().path("layer_types");
    boolean slides =
        kinds.isArray()
            ? kinds.valueStream().anyMatch(k -> k.asString("").equals("sliding_attention"))
            : fields.json().path("max_window_layers").asInt(FULL_LAYERS)
                < fields.positive("num_hidden_layers");
    if (slides) {
      throw fields.bad(
          "use_sliding_window", "must be false: sliding windows are not known yet", "true");
    }
  }
}
