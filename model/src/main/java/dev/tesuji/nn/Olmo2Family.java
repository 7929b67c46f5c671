package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.StreamConfig.Norms;
import java.util.List;

/// OLMo-2: norms behind the blocks in place of before them, and queries and keys normed over all
/// heads ([OLMo Team, 2025](https://arxiv.org/abs/2501.00656)).
final class Olmo2Family implements ModelFamily {
  private static final Defaults DEFAULTS = new Defaults(0, 0, 2048, 1e-5);

  /// Reads the attention of OLMo-2 and OLMo-3.
  static AttentionConfig.Grouped read(ConfigFields fields) {
    boolean bias = fields.flag("attention_bias", false);
    AttentionConfig.Grouped plain =
        BlockFields.grouped(fields, DEFAULTS, new BlockFields.Biases(bias, bias), false);
    return plain.with(HeadNorm.ALL, plain.scores());
  }

  /// Reads the feed-forward blocks of OLMo-2 and OLMo-3, which have no biases.
  static FeedForwardConfig readFeedForward(ConfigFields fields) {
    return new FeedForwardConfig(fields.positive("intermediate_size"), false, null);
  }

  @Override
  public List<String> types() {
    return List.of("olmo2");
  }

  @Override
  public AttentionConfig attention(ConfigFields fields) {
    return read(fields);
  }

  @Override
  public FeedForwardConfig feedForward(ConfigFields fields) {
    return readFeedForward(fields);
  }

  @Override
  public Defaults defaults() {
    return DEFAULTS;
  }

  @Override
  public StreamConfig stream(ConfigFields fields) {
    return StreamConfig.plain(fields.epsilon(DEFAULTS)).with(Norms.AFTER);
  }
}
