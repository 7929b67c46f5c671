package dev.tesuji.recipe;

import dev.tesuji.reward.RewardMix.Aggregation;
import java.util.List;

/// What completions are paid for.
///
/// @param rewards the parts of the reward
/// @param aggregation how the parts become one advantage
public record Payment(List<RewardConfig> rewards, Aggregation aggregation) {
  /// Accuracy is all that pays.
  public static final Payment DEFAULT =
      new Payment(List.of(RewardConfig.Accuracy.DEFAULT), Aggregation.SUM_THEN_NORMALIZE);

  /// Copies the list.
  public Payment {
    rewards = List.copyOf(rewards);
  }
}
