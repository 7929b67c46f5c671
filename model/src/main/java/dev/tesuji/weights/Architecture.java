package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import java.nio.file.Path;

/// The kind of model that a directory holds, by the `architectures` of its `config.json`.
public final class Architecture {
  /// The end of the names of models that score texts.
  static final String SCORING = "ForSequenceClassification";

  private Architecture() {}

  /// Returns true where a model directory holds a reward model, which scores texts.
  ///
  /// @throws BadInput when that is missing or broken
  public static boolean scores(Path directory) {
    return ModelFolder.of(directory)
        .json("config.json")
        .path("architectures")
        .path(0)
        .asString("")
        .endsWith(SCORING);
  }

  /// Refuses a directory that holds a reward model where a model is needed that writes text.
  static void requireWriter(Path directory) {
    if (scores(directory)) {
      throw BadInput.in(
          directory,
          "holds a reward model (..."
              + SCORING
              + "), which gives texts a score and writes none; name a language model");
    }
  }
}
