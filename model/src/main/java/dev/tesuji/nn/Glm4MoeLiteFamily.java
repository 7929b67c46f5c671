package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// GLM-4.7-Flash: DeepSeek-V3 by another name, with other values for absent fields.
final class Glm4MoeLiteFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("glm4_moe_lite");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return BlockFields.latent(fields);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.experts(
        fields, new BlockFields.ExpertDefaults(BlockFields.denseLayers(fields, 1), 1, 1, 1.8));
  }

  @Override
  public Defaults defaults() {
    return new Defaults(20, 0, 202752, 1e-5);
  }

  @Override
  public RopeFields.Habits rope(ConfigFields fields) {
    return new RopeFields.Habits(10_000, fields.flag("rope_interleave", true), false, false);
  }
}
