package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// Qwen3 with experts and without a shared one ([Yang et al.,
/// 2025](https://arxiv.org/abs/2505.09388)).
final class Qwen3MoeFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("qwen3_moe");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    return BlockFields.grouped(fields, defaults(), new BlockFields.Biases(bias, bias), true);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return QwenExperts.read(fields, null);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(4, 0, 32768, 1e-6);
  }

  @Override
  public void refuseWindows(ConfigFields fields) {
    QwenExperts.refuseWindow(fields, defaults());
  }
}
