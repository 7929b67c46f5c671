package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Phi-3 and Phi-4: Llama whose checkpoints hold queries, keys and values as one matrix, and gate
/// and up as one; positions may turn a part of a head, and are stretched by lists of factors
/// ([Abdin et al., 2024](https://arxiv.org/abs/2404.14219)).
final class Phi3Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("phi3");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return BlockFields.grouped(fields, defaults(), BlockFields.Biases.NONE, false).withFused();
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return new FeedForwardConfig(
        fields.positive("intermediate_size"), false, null, ModelConfig.Activation.SILU, true);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(0, 0, 4096, 1e-5);
  }

  @Override
  public RopeFields.Habits rope(ConfigFields fields) {
    return new RopeFields.Habits(10_000, false, true, true);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    return SlidingWindows.everywhere(fields, rope, 0);
  }
}
