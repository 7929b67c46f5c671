package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.train.GuardianConfig;
import dev.tesuji.yaml.Named;
import java.util.ArrayList;
import java.util.List;

/// Plays a match and reports its score; it makes no model.
///
/// @param name names the stage, and the folder of its games
/// @param game which
/// @param player whose score is counted
/// @param opponent whom it plays against
/// @param games how many; every opening is played twice, with colours exchanged
/// @param openingPlies random actions at the start of each
/// @param parallel games side by side
/// @param checkpoint how often progress is saved
@Named("match")
public record MatchSettings(
    String name,
    GameConfig game,
    MatchPlayer player,
    MatchPlayer opponent,
    int games,
    int openingPlies,
    int parallel,
    CommonSettings.CheckpointPace checkpoint)
    implements StageSettings {
  /// 200 games against GNU Go at its first level.
  public static final MatchSettings DEFAULT =
      new MatchSettings(
          "match",
          GoConfig.DEFAULT,
          new MatchPlayer("alphaZero", null, null, 0, 0),
          new MatchPlayer(null, null, TeacherGamesSettings.GNU_GO, 0, 0),
          200,
          2,
          20,
          new CommonSettings.CheckpointPace(1, 5));

  /// Checks the ranges.
  public MatchSettings {
    Require.that(games >= 2 && games % 2 == 0, "games", "even and at least 2", games);
    Require.that(parallel >= 2 && parallel % 2 == 0, "parallel", "even, at least 2", parallel);
    Require.atLeast(0, "openingPlies", openingPlies);
  }

  @Override
  public CommonSettings common() {
    return new CommonSettings(
        name, null, null, 0, OptimizerConfig.DEFAULT, checkpoint, GuardianConfig.OFF, false);
  }

  @Override
  public Product makes() {
    return Product.RESULTS;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }

  @Override
  public List<String> problems(List<StageSettings> before) {
    List<String> problems = new ArrayList<>();
    for (MatchPlayer each : List.of(player, opponent)) {
      if (each.stage() != null && !StageSettings.makes(each.stage(), Product.PLAYER, before)) {
        problems.add(
            "'stage' of a player of stage '"
                + name
                + "' must be the name of a stage before it that makes a network that plays, got '"
                + each.stage()
                + "'");
      } else if (each.step() > 0 && !kept(each, before)) {
        problems.add(
            "'step' of a player of stage '"
                + name
                + "' must be one after which stage '"
                + each.stage()
                + "' keeps its network (its 'snapshotEvery'), got "
                + each.step());
      }
    }
    return problems;
  }

  private static boolean kept(MatchPlayer player, List<StageSettings> before) {
    return before.stream()
        .filter(s -> s.name().equals(player.stage()))
        .anyMatch(s -> s instanceof AlphaZeroSettings a && a.keeps(player.step()));
  }
}
