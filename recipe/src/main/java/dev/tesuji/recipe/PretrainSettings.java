package dev.tesuji.recipe;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.yaml.Kinds;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns a language: predicts every token of a text.
///
/// @param corpus the texts; those that go with the recipe's task where absent
/// @param batchSize texts per update
/// @param common name, steps, optimizer, checkpoints
@Named("pretrain")
public record PretrainSettings(
    @Nullable Corpus corpus, int batchSize, @Unwrapped CommonSettings common)
    implements StageSettings {
  /// 1,000 updates with a cosine from 1e-3.
  public static final PretrainSettings DEFAULT =
      new PretrainSettings(
          null, 128, CommonSettings.of("pretrain", 1000, CommonSettings.PRETRAINING_OPTIMIZER));

  /// Returns the texts.
  ///
  /// @param task the recipe's
  /// @throws IllegalArgumentException when none are named and the task has none
  public Corpus corpus(TaskConfig task) {
    if (corpus != null) {
      return corpus;
    }
    if (task instanceof TaskConfig.WithCorpus made) {
      return made.corpus();
    }
    throw new IllegalArgumentException(
        "corpus must be given: task '" + Kinds.name(task.getClass()) + "' has no texts of its own");
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return List.of(
        switch (corpus(task)) {
          case Corpus.Made made -> new TrainingTexts.Corpora(made);
          case Corpus.OfFiles files -> new TrainingTexts.Files(files.data(), files.columns());
        });
  }
}
