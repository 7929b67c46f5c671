package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.AttentionConfig.Scores;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.StreamConfig.EmbeddingScale;
import dev.tesuji.nn.StreamConfig.Norms;
import java.util.List;

/// Granite 3: Llama with multipliers on embeddings, scores, what blocks add, and logits ([IBM
/// Granite Team, 2024](https://github.com/ibm-granite/granite-3.0-language-models)).
final class GraniteFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("granite");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    double scale = fields.number(fields.json(), "attention_multiplier", 1);
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(bias, bias), false)
        .with(HeadNorm.NONE, new Scores(scale, 0));
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public StreamConfig stream(ConfigFields fields) {
    double divisor = fields.above0("logits_scaling", 1);
    return new StreamConfig(
        fields.epsilon(defaults()),
        Norms.BEFORE,
        false,
        new EmbeddingScale(fields.number(fields.json(), "embedding_multiplier", 1), false),
        fields.number(fields.json(), "residual_multiplier", 1),
        1 / divisor,
        0);
  }
}
