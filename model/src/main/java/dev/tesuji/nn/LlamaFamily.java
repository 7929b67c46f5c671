package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// Llama: grouped attention and gated blocks ([Grattafiori et al.,
/// 2024](https://arxiv.org/abs/2407.21783)).
final class LlamaFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("llama");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(bias, bias), false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(0, 0, 2048, 1e-6);
  }
}
