package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.Lockstep.Pairing;
import dev.tesuji.json.Json;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Lets a program play against itself from random openings and keeps the games. A step is some
/// games side by side; a game in which the program fails is reported and left out. Owns the
/// program.
public final class TeacherTrainer implements Trainer, AutoCloseable {
  private final Game game;
  private final GtpSide teacher;
  private final Openings openings;
  private final Plan plan;
  private int kept; // lines of the file
  private int failed;

  /// The games to be played.
  ///
  /// @param games in all
  /// @param perStep side by side
  /// @param file takes them
  public record Plan(int games, int perStep, Path file) {}

  /// Prepares the games.
  public TeacherTrainer(Game game, GtpSide teacher, Openings openings, Plan plan) {
    this.game = game;
    this.teacher = teacher;
    this.openings = openings;
    this.plan = plan;
  }

  @Override
  public Metrics step(int step) {
    long from = (long) step * plan.perStep();
    long to = Math.min(plan.games(), from + plan.perStep());
    List<Pairing> pairings =
        LongStream.range(from, to)
            .mapToObj(n -> new Pairing(n, openings.play(game, n), teacher, teacher))
            .toList();
    List<PlayedGame> played = Lockstep.play(pairings);
    if (step == 0) {
      GameFile.keep(plan.file(), 0); // what a run that was killed has left
    }
    GameFile.append(plan.file(), played);
    kept += played.size();
    GameCounts counts = new GameCounts();
    for (PlayedGame each : played) {
      if (each.end() == PlayedGame.End.FAILED) {
        failed++;
      } else {
        counts.add(each);
      }
    }
    Metrics metrics = new Metrics().put("games/failed", failed);
    counts.putInto(metrics);
    return metrics;
  }

  @Override
  public String note(Metrics metrics) {
    String bad =
        failed == 0
            ? ""
            : ", "
                + failed
                + " failed: "
                + teacher.failures().stream().reduce((_, last) -> last).orElse("before the resume");
    return String.format(
        Locale.ROOT,
        "%d games, %.0f moves each, Black wins %.2f%s",
        kept,
        metrics.get("games/length"),
        metrics.get("games/first_wins"),
        bad);
  }

  @Override
  public ObjectNode summary() {
    long positions =
        GameFile.read(plan.file(), game).stream()
            .map(PlayedGame::last)
            .mapToLong(GameState::moves)
            .sum();
    ObjectNode json = Json.MAPPER.createObjectNode();
    return json.put("games", kept - failed).put("failed", failed).put("positions", positions);
  }

  @Override
  public void save(Path folder) {}

  @Override
  public ObjectNode state() {
    return Json.MAPPER.createObjectNode().put("kept", kept).put("failed", failed);
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    kept = state.path("kept").asInt();
    failed = state.path("failed").asInt();
    GameFile.keep(plan.file(), kept);
  }

  @Override
  public void close() {
    teacher.close();
  }
}
