package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
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

  /// Returns the values that transformers takes for fields that a file leaves out.
  default Defaults defaults() {
    return Defaults.PLAIN;
  }

  /// Refuses settings that let a layer look back over a window only, where the family has such.
  default void refuseWindows(ConfigFields fields) {}

  /// Reads how far each layer looks back; none where all layers see all.
  ///
  /// @param rope the positions of the model
  default List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    return List.of();
  }

  /// Returns what the family has to say about its positions.
  default RopeFields.Habits rope(ConfigFields fields) {
    return RopeFields.Habits.PLAIN;
  }

  /// Reads how the residual stream is normed and scaled.
  default StreamConfig stream(ConfigFields fields) {
    return StreamConfig.plain(fields.epsilon(defaults()));
  }

  /// Returns whether the output projection is the embedding where the file says nothing.
  default boolean tiesEmbeddings() {
    return false;
  }

  /// Refuses a function of the gate other than the family's.
  default void requireActivation(ConfigFields fields) {
    String activation = fields.json().path("hidden_act").asString("silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw fields.bad("hidden_act", "must be silu", activation);
    }
  }

  /// The meaning of absent fields.
  ///
  /// @param kvHeads `num_key_value_heads`; 0 for as many as there are heads
  /// @param headDim `head_dim`; 0 for the hidden size by the heads
  /// @param positions `max_position_embeddings`
  /// @param epsilon `rms_norm_eps`
  record Defaults(int kvHeads, int headDim, int positions, double epsilon) {
    /// Llama's.
    static final Defaults PLAIN = new Defaults(0, 0, 2048, 1e-6);
  }
}
