package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.optim.Schedule;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RecipeReader;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.runner.Settings.Change;
import dev.tesuji.stage.Registry;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.yaml.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/// Compares the recipe of a run that is resumed with the one that it was made with so far.
///
/// | setting | may change |
/// |---|---|
/// | of a stage that is finished, or of what all stages share | no: steps were made with it |
/// | `device`, `compute.tokensPerDevice`, `compute.gradientCheckpointing`, `compute.promptLookup`, `evaluation.testTime`, `evaluation.reflectiveWords`, `tracking` | yes: they decide how, what is measured at the end, or who is told |
/// | of the stage in progress | yes, from its next step on, but for what decides what it learns from, where it starts, and what its checkpoints hold |
/// | of a stage that has not begun, also whether there is one | yes |
///
/// Recipes that a run was made with before a change are kept beside `recipe.yaml`, as
/// `recipe.1.yaml`, `recipe.2.yaml` and so on.
final class ResumeCheck {
  private static final String STAGES = "stages";
  private static final String RECIPE = "recipe.yaml";
  private static final String STEPS = "steps";
  private static final Set<String> FREE =
      Set.of(
          "device",
          "compute.tokensPerDevice",
          "compute.gradientCheckpointing",
          "compute.promptLookup");
  private static final List<String> FREE_GROUPS =
      List.of("evaluation.testTime", "evaluation.reflectiveWords", "tracking");

  /// Settings of a stage on which what it has done so far depends.
  private static final Set<String> FIXED =
      Set.of(
          "name",
          "from",
          "model",
          "task",
          "data",
          "builtIn",
          "columns",
          "heldOut",
          "heldOutShare",
          "corpus",
          "comparisons",
          "teacher",
          "teacherStage",
          "prompts",
          "filter",
          "curriculum",
          "lag",
          "overlap");

  private final Recipe before;
  private final Recipe now;
  private final Path out;
  private final int done;
  private final List<String> refused = new ArrayList<>();
  private final List<String> heeded = new ArrayList<>();

  private ResumeCheck(Recipe before, Recipe now, Path out) {
    this.before = before;
    this.now = now;
    this.out = out;
    done = State.read(out.resolve("state.json")).done();
  }

  /// Compares a recipe with that of a run directory.
  ///
  /// @throws BadInput when there is no run
  static ResumeCheck of(Registry registry, Recipe now, Path out) {
    RunDirectory.checkBegun(out);
    Path file = out.resolve(RECIPE);
    Recipe before = new RecipeReader(registry.kinds()).read(file, List.of());
    return new ResumeCheck(before, now, out);
  }

  /// Refuses what cannot change.
  ///
  /// @param say takes what changes from now on
  /// @throws BadInput naming every setting that cannot change
  void require(Consumer<String> say) {
    compareShared();
    for (int i = 0; i < before.stages().size() && i <= done; i++) {
      if (i == now.stages().size()) {
        refused.add("stage '" + before.stages().get(i).name() + "' was begun and is gone");
        break;
      }
      compare(before.stages().get(i), now.stages().get(i), i < done);
    }
    if (!refused.isEmpty()) {
      throw new BadInput(
          out
              + ": --resume cannot change what steps of the run were made with: "
              + String.join("; ", refused)
              + ". Leave these as they were, or begin a new run with another --out. More steps of a"
              + " stage that is not finished are possible, and so are settings that only its next"
              + " steps, or later stages, depend on");
    }
    heeded.forEach(say);
  }

  private void compareShared() {
    for (Change change : Settings.of(before).changes(Settings.of(now))) {
      boolean free =
          FREE.contains(change.path()) || FREE_GROUPS.stream().anyMatch(change.path()::startsWith);
      if (!free && !change.key().equals(STAGES)) {
        refused.add(change.toString());
      }
    }
  }

  private void compare(StageSettings old, StageSettings fresh, boolean finished) {
    String where = "stage '" + old.name() + "'";
    if (!old.getClass().equals(fresh.getClass()) || !old.name().equals(fresh.name())) {
      refused.add(
          where
              + " was begun and is now "
              + Kinds.name(fresh.getClass())
              + " '"
              + fresh.name()
              + "'");
      return;
    }
    int made = finished ? old.steps() : stepsMade(old.name());
    if (!finished && made == 0) {
      return; // it begins anew, with whatever it is told
    }
    for (Change change : changes(old, fresh)) {
      if (finished) {
        refused.add(where + ", which is finished: " + change + moreSteps(old, change));
      } else if (FIXED.contains(change.key())
          || change.path().equals("optimizer.moments")
          || change.isOneSided()) {
        refused.add(where + ", which has made " + made + " steps: " + change);
      } else if (change.path().equals(STEPS) && fresh.steps() < made) {
        refused.add(where + ": steps must be at least the " + made + " made, got " + fresh.steps());
      } else {
        heeded.add(
            where + ", from step " + (made + 1) + " on: " + change + schedule(fresh, change));
      }
    }
  }

  private static List<Change> changes(StageSettings old, StageSettings fresh) {
    return old instanceof Record o && fresh instanceof Record f
        ? Settings.of(o).changes(Settings.of(f))
        : List.of();
  }

  private String moreSteps(StageSettings stage, Change change) {
    return change.path().equals(STEPS) && stage.makes() == StageSettings.Product.POLICY
        ? " (more steps need a new run that goes on from what it made: model="
            + out.resolve("models").resolve(stage.name())
            + ")"
        : "";
  }

  private static String schedule(StageSettings stage, Change change) {
    Schedule schedule = stage.optimizer().schedule();
    if (!change.path().equals(STEPS)) {
      return "";
    }
    return schedule == Schedule.CONSTANT
        ? " (the learning rate is constant and stays)"
        : " (the "
            + schedule.name().toLowerCase(Locale.ROOT)
            + " schedule of the learning rate is laid over all "
            + stage.steps()
            + " steps: the next steps get the rates of a run of that length, the steps that were"
            + " made had those of the other)";
  }

  private int stepsMade(String stage) {
    return new Checkpoints(out.resolve("checkpoints").resolve(stage))
        .latest()
        .map(saved -> saved.state().path("step").asInt())
        .orElse(0);
  }

  /// Keeps the recipe that steps were made with under a name of its own, where it is another.
  void keep() {
    if (before.equals(now)) {
      return;
    }
    Path file = out.resolve(RECIPE);
    int number = 1;
    while (Files.exists(out.resolve("recipe." + number + ".yaml"))) {
      number++;
    }
    try {
      SafeFiles.replace(out.resolve("recipe." + number + ".yaml"), Files.readString(file));
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }
}
