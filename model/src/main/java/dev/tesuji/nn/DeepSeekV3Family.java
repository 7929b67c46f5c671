package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// DeepSeek-V3 and R1: latent attention, and experts in later layers
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437)).
final class DeepSeekV3Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("deepseek_v3");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return BlockFields.latent(fields);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.experts(
        fields,
        new BlockFields.ExpertDefaults(fields.notNegative("first_k_dense_replace", 3), 8, 4, 2.5));
  }

  @Override
  public Defaults defaults() {
    return new Defaults(128, 0, 4096, 1e-6);
  }

  @Override
  public RopeFields.Habits rope(ConfigFields fields) {
    return new RopeFields.Habits(10_000, fields.flag("rope_interleave", true), false, false);
  }
}
