package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.Lockstep.Pairing;
import dev.tesuji.json.Json;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.statistics.Interval;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Plays a match: every opening twice, with colours exchanged. A step is some games side by side.
/// Owns the players.
public final class MatchTrainer implements Trainer, AutoCloseable {
  private final Game game;
  private final Contestant player;
  private final Contestant opponent;
  private final Plan plan;
  private MatchScore asFirst = MatchScore.NONE;
  private MatchScore asSecond = MatchScore.NONE;
  private int failed;
  private int endless;

  /// A player of a match.
  ///
  /// @param name for people
  /// @param side plays
  /// @param about what a report tells of it besides
  public record Contestant(String name, Side side, ObjectNode about) {
    /// Makes one of whom nothing else is told.
    public Contestant(String name, Side side) {
      this(name, side, Json.MAPPER.createObjectNode());
    }
  }

  /// The games to be played.
  ///
  /// @param games in all, an even number
  /// @param perStep side by side, an even number
  /// @param openings how games begin
  /// @param folder takes the games as SGF
  public record Plan(int games, int perStep, Openings openings, Path folder) {}

  /// Prepares a match.
  ///
  /// @param player whose score is counted
  public MatchTrainer(Game game, Contestant player, Contestant opponent, Plan plan) {
    this.game = game;
    this.player = player;
    this.opponent = opponent;
    this.plan = plan;
  }

  @Override
  public Metrics step(int step) {
    List<Pairing> pairings = new ArrayList<>();
    long from = (long) step * plan.perStep();
    for (long n = from; n < Math.min(plan.games(), from + plan.perStep()); n++) {
      GameState start = plan.openings().play(game, n / 2);
      boolean first = n % 2 == 0;
      pairings.add(
          new Pairing(
              n, start, (first ? player : opponent).side(), (first ? opponent : player).side()));
    }
    GameCounts counts = new GameCounts();
    for (PlayedGame played : Lockstep.play(pairings)) {
      count(played);
      if (played.end() != PlayedGame.End.FAILED) {
        counts.add(played);
      }
    }
    Metrics metrics = new Metrics();
    MatchScore all = asFirst.plus(asSecond);
    if (all.games() > 0) {
      Interval found = all.interval();
      metrics.put("match/score", found.mean());
      metrics.put("match/low", found.low());
      metrics.put("match/high", found.high());
    }
    counts.putInto(metrics);
    return metrics;
  }

  private void count(PlayedGame played) {
    boolean first = played.number() % 2 == 0;
    Path file = plan.folder().resolve(String.format(Locale.ROOT, "game-%04d.sgf", played.number()));
    GameFile.writeSgf(
        file, played, (first ? player : opponent).name(), (first ? opponent : player).name());
    if (played.end() == PlayedGame.End.FAILED) {
      failed++;
      return;
    }
    endless += played.endless() ? 1 : 0;
    if (first) {
      asFirst = asFirst.with(played.value());
    } else {
      asSecond = asSecond.with(-played.value());
    }
  }

  @Override
  public String note(Metrics metrics) {
    return String.format(
        Locale.ROOT,
        "%s against %s: %.3f [%.3f, %.3f]",
        player.name(),
        opponent.name(),
        metrics.get("match/score"),
        metrics.get("match/low"),
        metrics.get("match/high"));
  }

  @Override
  public ObjectNode summary() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ObjectNode match = json.putArray("matches").addObject();
    ArrayNode players = match.putArray("players");
    players.add(player.name()).add(opponent.name());
    match.set("player", player.about().deepCopy());
    match.set("opponent", opponent.about().deepCopy());
    match.put("game", game.name()).put("komi", Komi.of(game));
    match.setAll(asFirst.plus(asSecond).toJson());
    match.set("as_first", asFirst.toJson());
    match.set("as_second", asSecond.toJson());
    match.put("failed", failed).put("endless", endless);
    match.put("games", plan.folder().toString());
    return json;
  }

  @Override
  public void save(Path folder) {}

  @Override
  public ObjectNode state() {
    ObjectNode state = Json.MAPPER.createObjectNode().put("failed", failed).put("endless", endless);
    put(state.putObject("as_first"), asFirst);
    put(state.putObject("as_second"), asSecond);
    return state;
  }

  private static void put(ObjectNode json, MatchScore score) {
    json.put("games", score.games()).put("points", score.points());
  }

  private static MatchScore score(JsonNode json) {
    return new MatchScore(json.path("games").asInt(), json.path("points").asDouble());
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    failed = state.path("failed").asInt();
    endless = state.path("endless").asInt();
    asFirst = score(state.path("as_first"));
    asSecond = score(state.path("as_second"));
  }

  @Override
  public void close() {
    player.side().close();
    opponent.side().close();
  }
}
