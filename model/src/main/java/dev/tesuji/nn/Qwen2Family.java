package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Qwen2 and Qwen2.5: as Llama, with biases on queries, keys and values whatever the file says
/// ([Yang et al., 2024](https://arxiv.org/abs/2407.10671)).
final class Qwen2Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("qwen2");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(true, false), false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(32, 0, 32768, 1e-6);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    return SlidingWindows.ofQwen(fields, rope);
  }
}
