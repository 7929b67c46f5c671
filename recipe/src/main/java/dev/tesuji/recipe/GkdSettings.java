package dev.tesuji.recipe;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.dataset.Columns;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import dev.tesuji.yaml.Refused;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns from a teacher's distributions, on texts of its own, of the teacher or of data
/// ([dev.tesuji.distill]).
///
/// @param teacher the directory of the teacher
/// @param teacherStage the earlier stage whose model is the teacher, in the place of `teacher`
/// @param data the file with prompts and completions; or a folder of files, or a pattern; absent to
///   pose the task's problems
/// @param columns which column holds what
/// @param maxTokens the most tokens of prompt and completion of the data, or of the task's prompts
/// @param tooLong what happens to longer ones of the data
/// @param batchSize texts per update
/// @param gkd who writes the texts, and the divergence
/// @param common name, steps, optimizer, checkpoints
@Named("gkd")
@Refused(key = EndpointSettings.KEY, because = EndpointSettings.NO_DISTRIBUTIONS)
public record GkdSettings(
    @OfModel @Nullable Path teacher,
    @Nullable String teacherStage,
    @Nullable Path data,
    Columns columns,
    int maxTokens,
    TokenizedDataset.TooLong tooLong,
    int batchSize,
    @Unwrapped dev.tesuji.distill.Gkd gkd,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// TRL's: learning rate 1e-6, half of the batches by the student, β 0.5.
  public static final GkdSettings DEFAULT =
      new GkdSettings(
          null,
          null,
          null,
          Columns.DEFAULT,
          1024,
          TokenizedDataset.TooLong.ERROR,
          8,
          dev.tesuji.distill.Gkd.DEFAULT,
          CommonSettings.of("gkd", 100, CommonSettings.PREFERENCE_OPTIMIZER));

  @Override
  public List<String> problems(List<StageSettings> before) {
    if ((teacher == null) == (teacherStage == null)) {
      return List.of(
          "stage '"
              + name()
              + "' needs either 'teacher', the directory of a model, or 'teacherStage', the name of"
              + " a stage before it");
    }
    if (teacherStage != null && !StageSettings.makes(teacherStage, Product.POLICY, before)) {
      return List.of(
          "'teacherStage' of stage '"
              + name()
              + "' must be the name of a stage before it that makes a language model, got '"
              + teacherStage
              + "'");
    }
    return List.of();
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return List.of(
        data == null
            ? new TrainingTexts.Problems(null, null)
            : new TrainingTexts.Files(data, columns));
  }
}
