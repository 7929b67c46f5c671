package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;

/// The size of a network that is made.
///
/// @param channels C, the width of its tower
/// @param blocks residual blocks
public record NetworkSettings(int channels, int blocks) {
  /// 232 thousand weights on a board of Go.
  public static final NetworkSettings DEFAULT = new NetworkSettings(48, 5);

  /// Checks the ranges.
  public NetworkSettings {
    Require.that(channels > 0 && channels <= 1024, "channels", "from 1 to 1024", channels);
    Require.that(blocks > 0 && blocks <= 100, "blocks", "from 1 to 100", blocks);
  }
}
