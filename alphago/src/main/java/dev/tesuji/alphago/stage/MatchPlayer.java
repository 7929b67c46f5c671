package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;
import dev.tesuji.yaml.Default;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A player of a match: one of `stage`, `model` and `program`.
///
/// @param stage the earlier stage that made its network
/// @param model the directory of its network
/// @param program the command line of a program that speaks GTP
/// @param visits of a network's search; 0 for its policy alone
/// @param step after which step of its stage the network is taken, one at which the stage kept it;
///   0 for the last
public record MatchPlayer(
    @Nullable String stage,
    @Nullable Path model,
    @Nullable String program,
    @Default("0") int visits,
    @Default("0") int step) {
  /// Checks that there is one.
  public MatchPlayer {
    long given = Stream.of(stage != null, model != null, program != null).filter(g -> g).count();
    if (given != 1) {
      throw new IllegalArgumentException(
          "a player must have one of 'stage', 'model' and 'program', got " + given);
    }
    Require.atLeast(0, "visits", visits);
    Require.that(program == null || visits == 0, "visits", "absent for a program", visits);
    Require.atLeast(0, "step", step);
    Require.that(stage != null || step == 0, "step", "absent but for a stage", step);
  }

  /// Returns what people call it.
  String label() {
    String base =
        stage != null ? stage : model != null ? String.valueOf(model.getFileName()) : programName();
    String taken = step == 0 ? base : base + " after step " + step;
    return visits == 0 ? taken : taken + ", " + visits + " visits";
  }

  private String programName() {
    String line = String.valueOf(program);
    String first = String.valueOf(Path.of(Programs.words(line).getFirst()).getFileName());
    int at = Programs.words(line).indexOf("--level");
    return at < 0 ? first : first + " level " + Programs.words(line).get(at + 1);
  }
}
