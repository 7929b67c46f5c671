package dev.tesuji.play;

import java.nio.file.Path;

/// Makes players of model directories. Handed to what plays (GTP, the page) by the command line, so
/// that games do not depend on networks.
@FunctionalInterface
public interface PlayerSource {
  /// Loads a player.
  ///
  /// @param model a model directory
  /// @param seed what all its randomness depends on
  /// @throws dev.tesuji.check.BadInput when the directory is not a player's
  Player load(Path model, long seed);
}
