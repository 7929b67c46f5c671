package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds out whether a configuration lets any layer look back over a window only, which Tesuji does
/// not know; settings of windows that touch no layer are fine.
///
/// @param file named in errors
/// @param json the configuration
/// @param family whose fields it has
record SlidingWindows(Path file, ObjectNode json, ModelFamily family) {
  private static final int MISTRAL_WINDOW = 4096; // where the field is absent
  private static final int FULL_LAYERS = 28; // where Qwen's max_window_layers is absent

  /// Refuses a window that is shorter than the longest sequence in any layer.
  ///
  /// @throws BadInput naming the field that asks for it
  void refuse(int layers, int positions) {
    switch (family) {
      case MISTRAL -> refuseMistral(positions);
      case QWEN2, QWEN3 -> refuseQwen(layers, positions);
      case LLAMA, SEED_OSS, DEEPSEEK_V3, GLM4_MOE_LITE -> {}
    }
  }

  private void refuseMistral(int positions) {
    JsonNode window = json.path("sliding_window");
    boolean off = window.isNull() || window.asInt(MISTRAL_WINDOW) >= positions;
    if (!off) {
      throw bad(
          "sliding_window",
          "must be null: sliding windows are not known yet (a config.json without the field means "
              + MISTRAL_WINDOW
              + ")",
          window);
    }
  }

  private void refuseQwen(int layers, int positions) {
    JsonNode window = json.path("sliding_window");
    boolean off =
        !json.path("use_sliding_window").asBoolean(false)
            || window.isNull()
            || window.asInt(MISTRAL_WINDOW) >= positions;
    JsonNode kinds = json.path("layer_types");
    if (off) {
      return;
    }
    boolean slides =
        kinds.isArray()
            ? kinds.valueStream().anyMatch(k -> k.asString("").equals("sliding_attention"))
            : json.path("max_window_layers").asInt(FULL_LAYERS) < layers;
    if (slides) {
      throw bad("use_sliding_window", "must be false: sliding windows are not known yet", "true");
    }
  }

  private BadInput bad(String field, String constraint, Object value) {
    return BadInput.in(
        file, "field '" + field + "' " + constraint + ", got " + BadInput.brief(value));
  }
}
