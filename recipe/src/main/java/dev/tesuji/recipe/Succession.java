package dev.tesuji.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What stages say of each other: names that differ, and models that an earlier stage makes.
final class Succession {
  private final List<String> problems = new ArrayList<>();

  private Succession() {}

  /// Returns what is wrong, in the order of the stages.
  static List<String> problems(List<Stage> stages) {
    Succession succession = new Succession();
    for (int i = 0; i < stages.size(); i++) {
      succession.check(stages.get(i), stages.subList(0, i));
    }
    return succession.problems;
  }

  private void check(Stage stage, List<Stage> before) {
    checkName(stage, before);
    checkFrom(stage, before);
    switch (stage) {
      case Stage.Gkd gkd -> checkTeacher(gkd, before);
      case Stage.Rl rl -> rl.payment().models().forEach(m -> checkReward(rl.name(), m, before));
      case Stage.Rejection r -> r.models().forEach(m -> checkReward(r.name(), m, before));
      case Stage.RewardModel r when r.comparisons() instanceof Stage.Comparisons.Drawn drawn ->
          Payment.models(drawn.gold().stream()).forEach(m -> checkReward(r.name(), m, before));
      case Stage.Sft s -> s.data().forEach(d -> checkSource(s.name(), d, before));
      case Stage.Pretrain _, Stage.Dpo _, Stage.Kto _, Stage.RewardModel _ -> {}
    }
  }

  private void checkName(Stage stage, List<Stage> before) {
    if (!stage.name().matches("[A-Za-z0-9._-]{1,64}")) {
      problems.add(
          "the name of a stage must be 1 to 64 letters, digits, '.', '_' or '-', got '"
              + stage.name()
              + "'");
    }
    if (find(stage.name(), before).isPresent()) {
      problems.add("stages must have different names, got '" + stage.name() + "' twice");
    }
    if (stage.name().equals(Course.BASE)) {
      problems.add("'base' is the model that a recipe starts from; name the stage otherwise");
    }
  }

  /// Finds a stage by its name.
  private static Optional<Stage> find(@Nullable String name, List<Stage> among) {
    return among.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  private void checkFrom(Stage stage, List<Stage> before) {
    String from = stage.course().from();
    if (from != null && stage.course().model() != null) {
      problems.add(
          "stage '"
              + stage.name()
              + "' starts either 'from' an earlier stage or from the 'model' of a directory, not"
              + " both");
    }
    if (from == null || from.equals(Course.BASE)) {
      return;
    }
    Optional<Stage> source = find(from, before);
    if (source.isEmpty()) {
      problems.add(
          "'from' of stage '"
              + stage.name()
              + "' must be 'base' or the name of a stage before it, got '"
              + from
              + "'");
    } else if (!source.get().makesPolicy()) {
      problems.add(
          "'from' of stage '"
              + stage.name()
              + "' must name a stage that makes a language model; '"
              + from
              + (source.get() instanceof Stage.Rejection
                  ? "' makes data (a later stage of kind sft learns from it: data: {stage: "
                      + from
                      + "})"
                  : "' makes a reward model, which writes no text (it pays in a later stage's"
                      + " rewards: {kind: model, stage: "
                      + from
                      + "})"));
    }
  }

  private void checkTeacher(Stage.Gkd stage, List<Stage> before) {
    if ((stage.teacher() == null) == (stage.teacherStage() == null)) {
      problems.add(
          "stage '"
              + stage.name()
              + "' needs either 'teacher', the directory of a model, or 'teacherStage', the name of"
              + " a stage before it");
    } else if (stage.teacherStage() != null
        && find(stage.teacherStage(), before).filter(Stage::makesPolicy).isEmpty()) {
      problems.add(
          "'teacherStage' of stage '"
              + stage.name()
              + "' must be the name of a stage before it that makes a language model, got '"
              + stage.teacherStage()
              + "'");
    }
  }

  private void checkSource(String stage, Source source, List<Stage> before) {
    if (source.stage() != null
        && !(find(source.stage(), before).orElse(null) instanceof Stage.Rejection)) {
      problems.add(
          "'data' of stage '"
              + stage
              + "': 'stage' must be the name of a rejection stage before it, got '"
              + source.stage()
              + "'");
    }
  }

  private void checkReward(String stage, RewardConfig.Model model, List<Stage> before) {
    if ((model.path() == null) == (model.stage() == null)) {
      problems.add(
          "stage '"
              + stage
              + "': a reward of kind 'model' needs either 'path', the directory of a reward model,"
              + " or 'stage', the stage that makes it");
    } else if (model.stage() != null
        && !(find(model.stage(), before).orElse(null) instanceof Stage.RewardModel)) {
      problems.add(
          "stage '"
              + stage
              + "': 'stage' of a reward must be the name of a rewardModel stage before it, got '"
              + model.stage()
              + "'");
    }
  }
}
