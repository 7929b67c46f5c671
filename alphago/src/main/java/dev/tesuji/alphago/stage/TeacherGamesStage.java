package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.GtpSide;
import dev.tesuji.alphago.learn.Openings;
import dev.tesuji.alphago.learn.TeacherTrainer;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;

/// A teacher's games.
///
/// @param settings the settings
/// @param context where it is run
public record TeacherGamesStage(TeacherGamesSettings settings, RunContext context)
    implements GameStage {
  private static final int PER_STEP = 16;

  /// The file of a stage's games, in its folder of data.
  static final String FILE = "games.jsonl";

  @Override
  public Game game() {
    return settings.game().game();
  }

  @Override
  public long bytes() {
    return settings.processes() * (32L << 20);
  }

  @Override
  public void check() {
    Programs.require(settings.program(), game());
  }

  @Override
  public int steps(RunDirectory run) {
    return (settings.games() + PER_STEP - 1) / PER_STEP;
  }

  @Override
  public Description describe() {
    return new Description(
        "" + (settings.games() + PER_STEP - 1) / PER_STEP,
        Programs.words(settings.program()).getFirst(),
        settings.games() + " games");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    TeacherTrainer trainer =
        new TeacherTrainer(
            game(),
            new GtpSide(Programs.command(settings.program()), settings.processes()),
            new Openings(settings.openingPlies(), context.streams(name()).seed(Purpose.PROBLEMS)),
            new TeacherTrainer.Plan(settings.games(), PER_STEP, run.data(name()).resolve(FILE)));
    return OpenTrainer.of(trainer, () -> {});
  }
}
