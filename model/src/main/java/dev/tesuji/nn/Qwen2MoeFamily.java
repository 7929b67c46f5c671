package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import java.util.List;

/// Qwen1.5-MoE and Qwen2-MoE: Qwen2 with experts, and a shared one that a gate of its own scales
/// ([Yang et al., 2024](https://arxiv.org/abs/2407.10671), section 2.2.2).
final class Qwen2MoeFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("qwen2_moe");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    BlockFields.Biases biases = new BlockFields.Biases(fields.flag("qkv_bias", true), false);
    return BlockFields.grouped(fields, defaults(), biases, false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    int shared = fields.positive("shared_expert_intermediate_size");
    return QwenExperts.read(fields, new SharedExpert(shared, true));
  }

  @Override
  public Defaults defaults() {
    return new Defaults(16, 0, 32768, 1e-6);
  }

  @Override
  public void refuseWindows(ConfigFields fields) {
    QwenExperts.refuseWindow(fields, defaults());
  }
}
