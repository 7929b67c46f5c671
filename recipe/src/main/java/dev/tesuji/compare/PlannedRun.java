package dev.tesuji.compare;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.report.compare.SeedResult;
import dev.tesuji.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/// One run of a comparison, and how far it is, as its folder tells.
///
/// @param variant what it is a run of
/// @param recipe its whole recipe
/// @param folder its run directory
record PlannedRun(Comparison.Variant variant, Recipe recipe, Path folder) {
  private static final String COMPLAINT = "tesuji: ";

  long seed() {
    return recipe.seed();
  }

  /// Returns the file of what the run prints.
  Path log() {
    return folder.resolveSibling(recipe.name() + ".log");
  }

  boolean isBegun() {
    return Files.exists(folder.resolve("recipe.yaml"));
  }

  /// Returns whether it came to its end.
  boolean isFinished() {
    return Files.exists(folder.resolve("report.json"));
  }

  /// Returns whether its guardian halted it, which is a result.
  boolean isHalted() {
    return !isFinished() && Files.exists(mark());
  }

  /// Returns whether there is nothing left to do of it.
  boolean isOver() {
    return isFinished() || isHalted();
  }

  private Path mark() {
    return folder.resolve(RunDirectory.HALTED);
  }

  /// Refuses to count a run that another recipe has made.
  ///
  /// @throws BadInput naming the folder
  void checkSame() {
    if (!isBegun()) {
      return;
    }
    Path file = folder.resolve("recipe.yaml");
    try {
      if (!Files.readString(file).equals(recipe.toYaml())) {
        throw BadInput.in(
            folder,
            "holds a run of another recipe than the comparison asks for; delete the folder to run"
                + " it anew, or give another --out");
      }
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  /// Returns what went wrong, in one sentence; nothing of a run that came to its end.
  String trouble() {
    if (isFinished()) {
      return "";
    }
    if (isHalted()) {
      ObjectNode mark = Json.readObject(mark());
      return "Stage '"
          + mark.path("stage").asString("")
          + "' halted after step "
          + mark.path("step").asInt()
          + ": "
          + mark.path("why").asString("");
    }
    return complaint();
  }

  /// Returns the last complaint that the run printed.
  private String complaint() {
    try {
      return Files.readAllLines(log()).stream()
          .filter(l -> l.startsWith(COMPLAINT))
          .reduce((_, last) -> last)
          .map(l -> l.substring(COMPLAINT.length()))
          .orElse("ended without a word; its log is " + log());
    } catch (IOException e) {
      return "left no log: " + e.getMessage();
    }
  }

  /// Returns what it came to.
  SeedResult track() {
    return SeedResult.read(seed(), folder, trouble());
  }
}
