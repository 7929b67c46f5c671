package dev.tesuji.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The references between stages: names that differ, and models that an earlier stage makes.
final class StageReferences {
  private final List<String> problems = new ArrayList<>();

  private StageReferences() {}

  /// Returns what is wrong, in the order of the stages.
  static List<String> problems(List<StageSettings> stages) {
    StageReferences references = new StageReferences();
    for (int i = 0; i < stages.size(); i++) {
      List<StageSettings> before = stages.subList(0, i);
      references.checkName(stages.get(i), before);
      references.checkFrom(stages.get(i), before);
      references.problems.addAll(stages.get(i).problems(before));
    }
    return references.problems;
  }

  private void checkName(StageSettings stage, List<StageSettings> before) {
    if (!stage.name().matches("[A-Za-z0-9._-]{1,64}")) {
      problems.add(
          "the name of a stage must be 1 to 64 letters, digits, '.', '_' or '-', got '"
              + stage.name()
              + "'");
    }
    if (find(stage.name(), before).isPresent()) {
      problems.add("stages must have different names, got '" + stage.name() + "' twice");
    }
    if (stage.name().equals(CommonSettings.BASE)) {
      problems.add("'base' is the model that a recipe starts from; name the stage otherwise");
    }
  }

  private static Optional<StageSettings> find(String name, List<StageSettings> among) {
    return among.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  private void checkFrom(StageSettings stage, List<StageSettings> before) {
    String from = stage.common().from();
    if (from != null && stage.common().model() != null) {
      problems.add(
          "stage '"
              + stage.name()
              + "' starts either 'from' an earlier stage or from the 'model' of a directory, not"
              + " both");
    }
    if (from == null || from.equals(CommonSettings.BASE)) {
      return;
    }
    Optional<StageSettings> source = find(from, before);
    if (source.isEmpty()) {
      problems.add(
          "'from' of stage '"
              + stage.name()
              + "' must be 'base' or the name of a stage before it, got '"
              + from
              + "'");
    } else if (source.get().makes() != stage.startsFrom()) {
      problems.add(
          "'from' of stage '"
              + stage.name()
              + "' must name a stage that makes "
              + stage.startsFrom().describe(from)
              + "; '"
              + from
              + "' makes "
              + source.get().makes().describe(from));
    }
  }
}
