package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Gemma 2: norms around the blocks, capped scores and logits, scaled embeddings, and windows in
/// every other layer ([Gemma Team, 2024](https://arxiv.org/abs/2408.00118)).
final class Gemma2Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("gemma2");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    double cap = GemmaFields.cap(fields, "attn_logit_softcapping", 50);
    return GemmaFields.attention(fields, defaults(), HeadNorm.NONE, cap);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return GemmaFields.feedForward(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(4, 256, 8192, 1e-6);
  }

  @Override
  public StreamConfig stream(ConfigFields fields) {
    double cap = GemmaFields.cap(fields, "final_logit_softcapping", 30);
    return GemmaFields.stream(fields, defaults(), cap);
  }

  @Override
  public boolean tiesEmbeddings() {
    return true;
  }

  @Override
  public void requireActivation(ConfigFields fields) {
    GemmaFields.requireActivation(fields);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    List<String> kinds =
        fields.layerKinds(
            "layer_types", SlidingWindows.KINDS, l -> SlidingWindows.everyNthSeesAll(l, 2));
    return SlidingWindows.byKind(kinds, SlidingWindows.window(fields, 4096), rope);
  }
}
