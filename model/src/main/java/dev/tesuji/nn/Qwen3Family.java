package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Qwen3, dense: as Llama, with queries and keys normed head by head ([Yang et al.,
/// 2025](https://arxiv.org/abs/2505.09388)).
final class Qwen3Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("qwen3");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(bias, bias), true);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(32, 128, 32768, 1e-6);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    return SlidingWindows.ofQwen(fields, rope);
  }
}
