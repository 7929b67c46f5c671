package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import java.util.List;

/// Gemma 3, text: Gemma 2 with queries and keys normed head by head in place of capped scores, and
/// windows in five of six layers, whose positions have a base of their own ([Gemma Team,
/// 2025](https://arxiv.org/abs/2503.19786)).
final class Gemma3Family implements ModelFamily {
  @Override
  public List<String> types() {
    return List.of("gemma3_text");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    String capped = "attn_logit_softcapping";
    if (GemmaFields.cap(fields, capped, 0) != 0) {
      throw fields.bad(
          capped, "must be null, since Gemma 3 caps no scores", fields.json().get(capped));
    }
    return GemmaFields.attention(fields, defaults(), HeadNorm.EACH, 0);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return GemmaFields.feedForward(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(4, 256, 131_072, 1e-6);
  }

  @Override
  public StreamConfig stream(ConfigFields fields) {
    double cap = GemmaFields.cap(fields, "final_logit_softcapping", 0);
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
  public RopeFields.Habits rope(ConfigFields fields) {
    return RopeFields.Habits.theta(1_000_000);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    int step = fields.optionalInt("sliding_window_pattern", 6);
    if (step < 1) {
      throw fields.bad("sliding_window_pattern", "must be a whole number above 0", step);
    }
    List<String> kinds =
        fields.layerKinds(
            "layer_types", SlidingWindows.KINDS, l -> SlidingWindows.everyNthSeesAll(l, step));
    int positions = fields.positions(defaults());
    RopeConfig local = RopeFields.local(fields, positions, "rope_local_base_freq", 10_000);
    return SlidingWindows.byKind(
        kinds, rope, new Sight(SlidingWindows.window(fields, 4096), local));
  }
}
