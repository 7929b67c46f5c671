package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.StreamConfig.Norms;
import java.util.List;

/// OLMo-3: OLMo-2 with windows in three of four layers; only the positions of layers that see all
/// are stretched ([OLMo Team, 2025](https://arxiv.org/abs/2512.13961)).
final class Olmo3Family implements ModelFamily {
  private static final double THETA = 500_000;

  @Override
  public List<String> types() {
    return List.of("olmo3");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return Olmo2Family.read(fields);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return Olmo2Family.readFeedForward(fields);
  }

  @Override
  public Defaults defaults() {
    return new Defaults(0, 0, 2048, 1e-5);
  }

  @Override
  public StreamConfig stream(ConfigFields fields) {
    return StreamConfig.plain(fields.epsilon(defaults())).with(Norms.AFTER);
  }

  @Override
  public RopeFields.Habits rope(ConfigFields fields) {
    return RopeFields.Habits.theta(THETA);
  }

  @Override
  public List<Sight> sights(ConfigFields fields, RopeConfig rope) {
    RopeConfig local = RopeFields.local(fields, fields.positions(defaults()), "rope_theta", THETA);
    List<String> kinds =
        fields.layerKinds(
            "layer_types", SlidingWindows.KINDS, l -> SlidingWindows.everyNthSeesAll(l, 4));
    return SlidingWindows.byKind(
        kinds, rope, new Sight(SlidingWindows.window(fields, 4096), local));
  }
}
