package dev.tesuji.alphago.learn;

import dev.tesuji.train.Metrics;

/// Counts of games that came to their ends: how long, how many were broken off or passed early, who
/// won.
final class GameCounts {
  private long ended;
  private long moves;
  private long endless;
  private long early;
  private double firstWins;

  void add(PlayedGame game) {
    ended++;
    moves += game.last().moves();
    endless += game.endless() ? 1 : 0;
    early += game.passedEarly() ? 1 : 0;
    firstWins += (1 + game.value()) / 2.0;
  }

  void putInto(Metrics metrics) {
    metrics.put("games/ended", (double) ended);
    if (ended > 0) {
      metrics.put("games/length", moves / (double) ended);
      metrics.put("games/endless", endless / (double) ended);
      metrics.put("games/passed_early", early / (double) ended);
      metrics.put("games/first_wins", firstWins / ended);
    }
  }
}
