package dev.tesuji.alphago.learn;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Interval;
import tools.jackson.databind.node.ObjectNode;

/// The result of a match: games that count, and the points of one player, a draw half of one.
///
/// @param games how many
/// @param points of the player
public record MatchScore(int games, double points) {
  private static final double Z = 1.959964; // two-sided 95 %

  /// Nothing played yet.
  public static final MatchScore NONE = new MatchScore(0, 0);

  /// Returns the score with one more game.
  ///
  /// @param value 1 for a win of the player, 0 for a draw, -1 for a loss
  public MatchScore with(int value) {
    return new MatchScore(games + 1, points + (1 + value) / 2.0);
  }

  /// Returns both together.
  public MatchScore plus(MatchScore other) {
    return new MatchScore(games + other.games, points + other.points);
  }

  /// Returns the share of points with its 95 % interval ([Wilson,
  /// 1927](https://doi.org/10.1080/01621459.1927.10502953)):
  ///
  /// ```
  /// (p + z²/2n ± z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n)
  /// ```
  ///
  /// A draw, which varies less than a win and a loss, makes it wider than it need be.
  ///
  /// @throws IllegalArgumentException when no game was played
  public Interval interval() {
    if (games == 0) {
      throw new IllegalArgumentException("a score needs at least one game");
    }
    double p = points / games;
    double z = Z * Z / games;
    double half = Z * Math.sqrt(p * (1 - p) / games + z / (4.0 * games));
    return new Interval(p, (p + z / 2 - half) / (1 + z), (p + z / 2 + half) / (1 + z));
  }

  /// Returns by how many Elo points a player is ahead who scores so: 400 log10(p / (1 - p)).
  public static double elo(double share) {
    return 400 * Math.log10(share / (1 - share));
  }

  /// Returns the numbers as `report.json` has them: `n`, `score`, `score_ci95`, and where it is
  /// finite `elo`, `elo_ci95`.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("n", games);
    if (games == 0) {
      return json;
    }
    Interval found = interval();
    json.put("score", found.mean());
    json.putArray("score_ci95").add(found.low()).add(found.high());
    if (found.mean() > 0 && found.mean() < 1) {
      json.put("elo", elo(found.mean()));
      json.putArray("elo_ci95").add(elo(found.low())).add(elo(found.high()));
    }
    return json;
  }
}
