package dev.tesuji.recipe;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.preference.PreferenceLoss;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns from comparisons: raises the better of two answers over the worse, relative to the model
/// that it starts from ([dev.tesuji.preference]).
///
/// @param preferences the pairs
/// @param batchSize pairs per update
/// @param loss the loss of a pair
/// @param common name, steps, optimizer, checkpoints
@Named("dpo")
public record DpoSettings(
    @Unwrapped PreferenceData preferences,
    int batchSize,
    @Unwrapped PreferenceLoss loss,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// TRL's: learning rate 1e-6, β 0.1, 8 pairs per update.
  public static final DpoSettings DEFAULT =
      new DpoSettings(
          PreferenceData.DEFAULT,
          8,
          PreferenceLoss.DEFAULT,
          CommonSettings.of("dpo", 100, CommonSettings.PREFERENCE_OPTIMIZER));

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return preferences.learned(common);
  }

  @Override
  public List<TrainingTexts.Files> measuredOn() {
    return preferences.measured();
  }
}
