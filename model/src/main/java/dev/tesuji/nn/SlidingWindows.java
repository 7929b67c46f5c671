package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Reads windows: layers that look back over so many tokens only.
final class SlidingWindows {
  /// The kind of a layer that sees all, and of one with a window.
  static final List<String> KINDS = List.of("full_attention", "sliding_attention");

  private static final int FULL_LAYERS = 28; // where Qwen's max_window_layers is absent

  private SlidingWindows() {}

  /// Returns a layer's kind where it is one of so many, the last of which sees all.
  static String everyNthSeesAll(int layer, int n) {
    return KINDS.get((layer + 1) % n == 0 ? 0 : 1);
  }

  /// Reads the length of windows; 0 where the field is null, and so no layer has one.
  ///
  /// @param absent the length where the field is absent; 0 for none
  static int window(ConfigFields fields, int absent) {
    JsonNode window = fields.json().path("sliding_window");
    if (window.isNull()) {
      return 0;
    }
    int length = fields.optionalInt("sliding_window", absent);
    if (length < 0 || (length == 0 && !window.isMissingNode())) {
      throw fields.bad("sliding_window", "must be a whole number above 0, or null", window);
    }
    return length;
  }

  /// Returns the same window for all layers, as Mistral has it.
  static List<Sight> everywhere(ConfigFields fields, RopeConfig rope, int absent) {
    Sight all = new Sight(window(fields, absent), rope);
    return IntStream.range(0, fields.positive("num_hidden_layers")).mapToObj(_ -> all).toList();
  }

  /// Returns the same positions for all layers, of which some have the window.
  ///
  /// @param kinds of the layers
  static List<Sight> byKind(List<String> kinds, int window, RopeConfig rope) {
    return byKind(kinds, rope, new Sight(window, rope));
  }

  /// Returns how far layers look back, of which some have a window and positions of their own.
  ///
  /// @param kinds of the layers
  /// @param rope the positions of those that see all
  /// @param sliding the others
  static List<Sight> byKind(List<String> kinds, RopeConfig rope, Sight sliding) {
    Sight full = new Sight(0, rope);
    return kinds.stream().map(k -> k.equals(KINDS.getLast()) ? sliding : full).toList();
  }

  /// Returns a window from some layer on, or by `layer_types`, as Qwen has it.
  static List<Sight> ofQwen(ConfigFields fields, RopeConfig rope) {
    int window = fields.flag("use_sliding_window", false) ? window(fields, 4096) : 0;
    if (window == 0) {
      return List.of();
    }
    int first = fields.notNegative("max_window_layers", FULL_LAYERS);
    List<String> kinds =
        fields.layerKinds("layer_types", KINDS, l -> KINDS.get(l >= first ? 1 : 0));
    return byKind(kinds, window, rope);
  }

  /// Returns none where no layer differs from one that sees all of the longest sequence.
  static List<Sight> thatMatter(List<Sight> sights, RopeConfig rope, int positions) {
    List<Sight> real =
        sights.stream().map(s -> s.window() >= positions ? new Sight(0, s.rope()) : s).toList();
    Sight plain = new Sight(0, rope);
    return real.stream().allMatch(plain::equals) ? List.of() : real;
  }
}
