package dev.tesuji.alphago.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.alphago.learn.GtpSide;
import dev.tesuji.alphago.learn.MatchTrainer;
import dev.tesuji.alphago.learn.NetSide;
import dev.tesuji.alphago.learn.Openings;
import dev.tesuji.alphago.learn.Side;
import dev.tesuji.json.Json;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A match.
///
/// @param settings the settings
/// @param context where it is run
public record MatchStage(MatchSettings settings, RunContext context) implements GameStage {
  private static final int PROCESSES = 2;

  @Override
  public Game game() {
    return settings.game().game();
  }

  @Override
  public long bytes() {
    return 200L << 20;
  }

  @Override
  public void check() {
    for (MatchPlayer each : List.of(settings.player(), settings.opponent())) {
      if (each.program() != null) {
        Programs.require(each.program(), game());
      }
    }
  }

  @Override
  public int steps(RunDirectory run) {
    return steps();
  }

  private int steps() {
    return (settings.games() + settings.parallel() - 1) / settings.parallel();
  }

  @Override
  public Description describe() {
    String players = settings.player().label() + " against " + settings.opponent().label();
    return new Description("" + steps(), players, settings.games() + " games");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    Openings openings =
        new Openings(settings.openingPlies(), context.recipe().streams().seed(Purpose.EVALUATION));
    MatchTrainer trainer =
        new MatchTrainer(
            game(),
            contestant(settings.player()),
            contestant(settings.opponent()),
            new MatchTrainer.Plan(
                settings.games(), settings.parallel(), openings, run.data(name())));
    return OpenTrainer.of(trainer, () -> {});
  }

  private MatchTrainer.Contestant contestant(MatchPlayer player) {
    ObjectNode about = Json.MAPPER.createObjectNode();
    if (player.stage() != null) {
      about.put("stage", player.stage()).put("step", player.step()).put("visits", player.visits());
    } else if (player.program() != null) {
      about.put("program", player.program());
    }
    return new MatchTrainer.Contestant(player.label(), side(player), about);
  }

  private Side side(MatchPlayer player) {
    if (player.program() != null) {
      return new GtpSide(Programs.command(player.program()), PROCESSES);
    }
    Path directory =
        player.stage() != null
            ? context
                .modelOf(player.stage())
                .resolveSibling(Networks.snapshot(player.stage(), player.step()))
            : requireNonNull(player.model(), "a player is one of three");
    Networks.load(directory, game(), context).close(); // refuses another board
    return NetSide.load(directory, Networks.dtype(context), player.visits());
  }
}
