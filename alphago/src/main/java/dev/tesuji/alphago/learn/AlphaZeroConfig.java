package dev.tesuji.alphago.learn;

import dev.tesuji.check.Require;

/// The settings of AlphaZero's self-play.
///
/// @param games that are played side by side
/// @param positions new ones in each step
/// @param simulations of a full search, whose policy is learned from
/// @param fastSimulations of the others, which only move the game on
/// @param fullShare the share of moves with a full search
///   ([KataGo](https://arxiv.org/abs/1902.10565): playout-cap randomisation)
/// @param considered m, the actions that a search looks at
/// @param komiSpread the standard deviation of komi around the game's own, in points
/// @param boards moves after which a game is broken off and counted as it stands, in boards
/// @param scoreWeight what more points than expected are worth besides winning, at most: without it
///   all moves of a decided game are alike
/// @param replayRatio how often a position is learned from, in the mean
/// @param window positions that are learned from, the newest
/// @param batchSize positions of an update
public record AlphaZeroConfig(
    int games,
    int positions,
    int simulations,
    int fastSimulations,
    double fullShare,
    int considered,
    double komiSpread,
    double boards,
    double scoreWeight,
    double replayRatio,
    int window,
    int batchSize) {
  /// For a small board on two cores.
  public static final AlphaZeroConfig DEFAULT =
      new AlphaZeroConfig(256, 2048, 20, 6, 0.65, 10, 1, 1.5, 0.2, 3, 80_000, 256);

  /// Checks the ranges.
  public AlphaZeroConfig {
    Require.atLeast(1, "games", games);
    Require.atLeast(1, "positions", positions);
    Require.atLeast(1, "simulations", simulations);
    Require.atLeast(1, "fastSimulations", fastSimulations);
    Require.that(fullShare > 0 && fullShare <= 1, "fullShare", "above 0 and at most 1", fullShare);
    Require.atLeast(2, "considered", considered);
    Require.that(komiSpread >= 0 && komiSpread < 100, "komiSpread", "from 0 to 100", komiSpread);
    Require.that(boards > 0 && boards <= Lockstep.BOARDS, "boards", "above 0, at most 3", boards);
    Require.that(scoreWeight >= 0, "scoreWeight", "at least 0", scoreWeight);
    Require.that(replayRatio > 0, "replayRatio", "above 0", replayRatio);
    Require.atLeast(1, "window", window);
    Require.atLeast(2, "batchSize", batchSize);
  }
}
