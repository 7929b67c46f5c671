package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// Seed-OSS: Qwen2 with biases that can be left out, and one of its own for the output.
final class SeedOssFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("seed_oss");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    BlockFields.Biases biases =
        new BlockFields.Biases(
            fields.flag("attention_bias", true), fields.flag("attention_out_bias", false));
    return BlockFields.grouped(fields, defaults(), biases, false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(8, 128, 524288, 1e-6);
  }
}
