package dev.tesuji.recipe;

import dev.tesuji.reward.RewardMix;
import dev.tesuji.reward.RewardMix.Aggregation;
import java.util.ArrayList;
import java.util.List;

/// What completions are paid for.
///
/// @param rewards the parts of the reward
/// @param aggregation how the parts become one advantage
/// @param audit what happens when the reward pays for nothing good
public record Payment(List<RewardConfig> rewards, Aggregation aggregation, Audit audit) {
  /// Accuracy is all that pays.
  public static final Payment DEFAULT =
      new Payment(
          List.of(RewardConfig.Accuracy.DEFAULT), Aggregation.SUM_THEN_NORMALIZE, Audit.REFUSE);

  /// What happens when a reward does not pass its audit ([dev.tesuji.audit.RewardAudit]).
  public enum Audit {
    /// The run does not start.
    REFUSE,
    /// The run says so and starts.
    WARN,
    /// Nobody looks.
    OFF
  }

  /// Copies the list.
  public Payment {
    rewards = List.copyOf(rewards);
  }

  /// Makes the reward.
  ///
  /// @throws IllegalArgumentException when a setting will not do
  RewardMix open(RewardConfig.Place place) {
    List<RewardMix.Part> parts = new ArrayList<>();
    try {
      rewards.forEach(r -> parts.add(r.part(place)));
      return new RewardMix(place.task(), parts, aggregation);
    } catch (RuntimeException e) {
      parts.forEach(part -> part.reward().close());
      throw e;
    }
  }

  /// Returns the rewards that are models.
  List<RewardConfig.Model> models() {
    return rewards.stream()
        .filter(RewardConfig.Model.class::isInstance)
        .map(RewardConfig.Model.class::cast)
        .toList();
  }
}
