package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.train.GuardianConfig;
import dev.tesuji.yaml.Named;

/// Lets a program that speaks GTP play against itself, and keeps the games for later stages.
///
/// @param name names the stage, and the folder of its games
/// @param game which
/// @param program its command line
/// @param games how many
/// @param openingPlies random actions at the start of each, so that no two are the same
/// @param processes how many of the program run at once
/// @param checkpoint how often progress is saved
@Named("teacherGames")
public record TeacherGamesSettings(
    String name,
    GameConfig game,
    String program,
    int games,
    int openingPlies,
    int processes,
    CommonSettings.CheckpointPace checkpoint)
    implements StageSettings {
  /// GNU Go at its first level, by the rules that are played here.
  public static final String GNU_GO =
      "gnugo --mode gtp --level 1 --chinese-rules --positional-superko --allow-suicide"
          + " --capture-all-dead --never-resign --cache-size 16";

  /// 400 games of GNU Go on 7x7.
  public static final TeacherGamesSettings DEFAULT =
      new TeacherGamesSettings(
          "teacher", GoConfig.DEFAULT, GNU_GO, 400, 4, 2, new CommonSettings.CheckpointPace(1, 5));

  /// Checks the ranges.
  public TeacherGamesSettings {
    Require.that(!program.isBlank(), "program", "a command line", "'" + program + "'");
    Require.atLeast(1, "games", games);
    Require.atLeast(0, "openingPlies", openingPlies);
    Require.atLeast(1, "processes", processes);
  }

  @Override
  public CommonSettings common() {
    return new CommonSettings(
        name, null, null, 0, OptimizerConfig.DEFAULT, checkpoint, GuardianConfig.OFF, false);
  }

  @Override
  public Product makes() {
    return Product.GAMES;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }
}
