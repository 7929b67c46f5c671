package dev.tesuji.runner;

import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import java.nio.file.Path;

/// The folders of the models of a run.
///
/// @param recipe the recipe
/// @param out the run directory
/// @param start the model that the run begins with
record ModelPlaces(Recipe recipe, Path out, Path start) {
  /// Returns the folder of the model that a stage starts from.
  ///
  /// @param index its number; that of stages asks for the last language model
  Path source(int index) {
    Path other =
        index < recipe.stages().size() ? recipe.stages().get(index).common().model() : null;
    return other == null
        ? recipe.source(index).map(stage -> madeBy(stage.name())).orElse(start)
        : other;
  }

  /// Returns the folder of the model that a stage makes.
  Path madeBy(String stage) {
    return out.resolve("models").resolve(stage);
  }

  /// Returns the folder of the model that the run ends with.
  Path last() {
    return source(recipe.stages().size());
  }

  /// Returns the name of the stage that made the model that the run ends with, or `base`.
  String lastName() {
    return recipe
        .source(recipe.stages().size())
        .map(StageSettings::name)
        .orElse(CommonSettings.BASE);
  }
}
