package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import java.util.List;

/// Mistral: Llama by another name, where no window slides ([Jiang et al.,
/// 2023](https://arxiv.org/abs/2310.06825)).
final class MistralFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("mistral");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return BlockFields.grouped(fields, defaults(), BlockFields.Biases.NONE, false);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return BlockFields.gated(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(8, 0, 131072, 1e-6);
  }

  @Override
  public void refuseWindows(ConfigFields fields) {
    SlidingWindows.refuseEverywhere(fields, defaults());
  }
}
