package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// A family of models: which attention and which feed-forward block its layers have, and how its
/// `config.json` states their dimensions.
///
/// A new family is one class and one line in [ConfigReader]; any attention goes with any
/// feed-forward block.
interface ModelFamily {
  /// Returns the values of `model_type` that mean this family.
  List<String> types();

  /// Reads the attention of a layer.
  AttentionConfig attention(ConfigFields fields);

  /// Reads the feed-forward blocks.
  FeedForwardConfig feedForward(ConfigFields fields);

  /// Says whether rotary pairs lie side by side.
  default boolean interleavesPairs(ConfigFields fields) {
    return false;
  }
}
