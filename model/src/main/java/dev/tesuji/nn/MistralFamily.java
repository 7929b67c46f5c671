package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Mistral: Llama with a window in all layers, or in those that `layer_types` names ([Jiang et al.,
/// 2023](https://arxiv.org/abs/2310.06825)); null for none.
final class MistralFamily implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("mistral", "ministral");
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
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    int window = SlidingWindows.window(fields, 4096);
    String usual = SlidingWindows.KINDS.getLast();
    List<String> kinds = fields.layerKinds("layer_types", SlidingWindows.KINDS, _ -> usual);
    return SlidingWindows.byKind(kinds, window, rope);
  }
}
