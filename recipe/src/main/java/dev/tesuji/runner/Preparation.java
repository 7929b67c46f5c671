package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.Stage;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Prepares the stages of a recipe that are left, all of them before the first is run: checks their
/// settings, reads their data, plans their memory. A dry run does the same with a model without
/// weights, and stops there.
final class Preparation {
  private final Registry registry;
  private final RunContext context;
  private final Complaints complaints;
  private final Map<String, Stage> stages = new LinkedHashMap<>();
  private final Map<String, MemoryPlan> plans = new LinkedHashMap<>();

  /// Takes what is wrong.
  interface Complaints {
    /// A run goes no further at the first.
    Complaints REFUSE =
        (_, problem) -> {
          throw problem;
        };

    /// Takes a problem.
    ///
    /// @param where names the stage; empty where the problem does
    void add(String where, RuntimeException problem);
  }

  Preparation(Registry registry, RunContext context, Complaints complaints) {
    this.registry = registry;
    this.context = context;
    this.complaints = complaints;
  }

  /// Prepares stages.
  ///
  /// @param from the first stage that is left
  void prepare(int from) {
    Recipe recipe = context.recipe();
    for (int i = from; i < recipe.stages().size(); i++) {
      StageSettings settings = recipe.stages().get(i);
      Stage stage = registry.stage(settings, context);
      stages.put(stage.name(), stage);
      Path other = recipe.ancestor(i);
      if (other == null || !settings.trainsLanguageModel()) {
        prepare(stage);
      } else {
        attempt(where(settings), () -> context.planning(other, () -> prepare(stage)));
      }
    }
  }

  private static String where(StageSettings settings) {
    return "stage '" + settings.name() + "': ";
  }

  private void prepare(Stage stage) {
    boolean sound = attempt("", () -> check(stage));
    attempt(where(stage.settings()), stage::read);
    if (sound) {
      attempt("", () -> plan(stage));
    }
  }

  private static void check(Stage stage) {
    try {
      stage.check();
    } catch (IllegalArgumentException e) {
      throw new BadInput(where(stage.settings()) + e.getMessage(), e);
    }
  }

  private void plan(Stage stage) {
    MemoryPlan plan = stage.memory();
    if (!context.planned()) {
      plan.requireFits(stage.name());
    }
    plans.put(stage.name(), plan);
  }

  private boolean attempt(String where, Runnable work) {
    try {
      work.run();
      return true;
    } catch (BadInput | IllegalArgumentException | RewardFailure e) {
      complaints.add(where, e);
      return false;
    }
  }

  /// Returns a stage that [#prepare] has prepared.
  Stage stage(StageSettings settings) {
    return Optional.ofNullable(stages.get(settings.name()))
        .orElseThrow(
            () -> new IllegalStateException("stage " + settings.name() + " was not prepared"));
  }

  /// Returns the memory of stages by their names, where it could be planned.
  Map<String, MemoryPlan> plans() {
    return plans;
  }
}
