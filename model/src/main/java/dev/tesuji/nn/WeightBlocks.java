package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The blocks of a matrix that have one scale each, where weights are stored as 8-bit floats
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), section 3.3; `quantization_config` of method
/// `fp8`).
///
/// A weight's own type in the file says whether it is stored so: what `modules_to_not_convert`
/// lists is stored in another type and read as that. How activations would be rounded
/// (`activation_scheme: dynamic`) does not matter to weights that are read as larger floats.
///
/// @param rows of a block
/// @param columns of a block
public record WeightBlocks(int rows, int columns) {
  private static final String FIELD = "quantization_config";
  private static final int USUAL = 128; // where the file does not say

  /// Reads them from a `config.json`; null where its weights are not quantised.
  ///
  /// @param file named in errors
  /// @throws BadInput when weights are quantised by another method, or in another way
  public static @Nullable WeightBlocks of(Path file, ObjectNode json) {
    JsonNode config = json.path(FIELD);
    if (!config.isObject() || config.isEmpty()) {
      return null;
    }
    String method = config.path("quant_method").asString("");
    if (method.equals("fp8")) {
      return blocks(file, config);
    }
    boolean off =
        method.equals("bitsandbytes")
            && !config.path("load_in_8bit").asBoolean(false)
            && !config.path("load_in_4bit").asBoolean(false);
    if (off) {
      return null;
    }
    throw BadInput.in(
        file,
        "field '"
            + FIELD
            + "': the weights are quantised ("
            + (method.isEmpty() ? "by no method that it names" : BadInput.brief(method))
            + "), and Tesuji reads float32, bfloat16, float16 and float64 weights only, and of"
            + " quantised ones fp8 in blocks; take the model as it was before, or dequantise it"
            + " (transformers: model.dequantize(), save_pretrained)");
  }

  private static WeightBlocks blocks(Path file, JsonNode config) {
    require(file, config, "activation_scheme", "dynamic");
    require(file, config, "fmt", "e4m3");
    JsonNode size = config.path("weight_block_size");
    if (size.isMissingNode()) {
      return new WeightBlocks(USUAL, USUAL);
    }
    if (size.size() != 2 || !isSize(size.path(0)) || !isSize(size.path(1))) {
      throw bad(file, "weight_block_size", "must be two whole numbers above 0", size);
    }
    return new WeightBlocks(size.path(0).intValue(), size.path(1).intValue());
  }

  private static boolean isSize(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0;
  }

  private static void require(Path file, JsonNode config, String name, String only) {
    String value = config.path(name).asString(only);
    if (!value.equals(only)) {
      throw bad(file, name, "must be " + only, config.path(name));
    }
  }

  private static BadInput bad(Path file, String name, String constraint, Object value) {
    return BadInput.in(
        file,
        "field '" + FIELD + "." + name + "' " + constraint + ", got " + BadInput.brief(value));
  }
}
