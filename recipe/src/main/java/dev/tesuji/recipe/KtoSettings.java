package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.preference.KtoLoss;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns from judgements: answers that are good or are not, without counterparts.
///
/// @param preferences the answers
/// @param batchSize answers per update; they estimate the reference point together
/// @param loss the loss of an answer
/// @param common name, steps, optimizer, checkpoints
@Named("kto")
public record KtoSettings(
    @Unwrapped PreferenceData preferences,
    int batchSize,
    @Unwrapped KtoLoss loss,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// TRL's: learning rate 1e-6, β 0.1, 8 answers per update.
  public static final KtoSettings DEFAULT =
      new KtoSettings(
          PreferenceData.DEFAULT,
          8,
          KtoLoss.DEFAULT,
          CommonSettings.of("kto", 100, CommonSettings.PREFERENCE_OPTIMIZER));

  /// Checks that a batch can tell how far the policy has moved.
  public KtoSettings {
    Require.atLeast(2, "batchSize", batchSize);
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return preferences.learned(common);
  }

  @Override
  public List<TrainingTexts.Files> measuredOn() {
    return preferences.measured();
  }
}
