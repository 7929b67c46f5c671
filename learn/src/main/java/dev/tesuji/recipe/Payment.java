package dev.tesuji.recipe;

import dev.tesuji.reward.RewardMix;
import dev.tesuji.reward.RewardMix.Aggregation;
import dev.tesuji.task.Task;
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
  /// @param maxNewTokens the most tokens of a completion
  /// @throws IllegalArgumentException when a setting will not do
  RewardMix open(Task task, int maxNewTokens) {
    RewardConfig.Place place = new RewardConfig.Place(task, maxNewTokens);
    return new RewardMix(task, rewards.stream().map(r -> r.part(place)).toList(), aggregation);
  }
}
