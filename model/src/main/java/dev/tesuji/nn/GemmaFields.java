package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.Activation;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.AttentionConfig.Scores;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.StreamConfig.EmbeddingScale;
import dev.tesuji.nn.StreamConfig.Norms;

/// Reads what Gemma 2 and Gemma 3 share.
final class GemmaFields {
  private GemmaFields() {}

  /// Reads attention, which must be causal.
  static AttentionConfig attention(
      ConfigFields fields, ModelFamily.Defaults absent, HeadNorm norm, double cap) {
    if (fields.flag("use_bidirectional_attention", false)) {
      throw fields.bad("use_bidirectional_attention", "must be false", true);
    }
    boolean bias = fields.flag("attention_bias", false);
    double scale = 1 / Math.sqrt(fields.above0("query_pre_attn_scalar", 256));
    return BlockFields.grouped(fields, absent, new BlockFields.Biases(bias, bias), false)
        .with(norm, new Scores(scale, cap));
  }

  /// Reads feed-forward blocks, which have no biases.
  static FeedForwardConfig feedForward(ConfigFields fields) {
    return new FeedForwardConfig(
        fields.positive("intermediate_size"), false, null, Activation.GELU_TANH, false);
  }

  /// Reads the residual stream: embeddings are scaled by the root of its width.
  ///
  /// @param cap of the logits; 0 for none
  static StreamConfig stream(ConfigFields fields, ModelFamily.Defaults absent, double cap) {
    EmbeddingScale scale = new EmbeddingScale(Math.sqrt(fields.positive("hidden_size")), true);
    return new StreamConfig(fields.epsilon(absent), Norms.AROUND, true, scale, 1, 1, cap);
  }

  /// Reads a cap, where null means that there is none, and returns 0 for that.
  static double cap(ConfigFields fields, String name, double absent) {
    return fields.json().path(name).isNull() ? 0 : fields.number(fields.json(), name, absent);
  }

  /// Refuses a function of the gate other than Gemma's.
  static void requireActivation(ConfigFields fields) {
    fields.requireText("hidden_activation", "gelu_pytorch_tanh");
  }
}
