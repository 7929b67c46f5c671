package dev.tesuji.stage;

import dev.tesuji.recipe.StageSettings;

/// Makes the stage of one kind of settings.
///
/// @param <S> the settings
@FunctionalInterface
public interface StageFactory<S extends StageSettings> {
  /// Makes a stage.
  Stage make(S settings, RunContext context);
}
