package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.reward.RewardMix.Aggregation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The reward of a stage, its parts and its audit.
///
/// @param rewards the parts of the reward
/// @param aggregation how the parts become one advantage
/// @param audit what happens when the reward pays for nothing good
/// @param gold what completions are really worth, for which they are not paid: the guardian holds
///   the policy to it on held-out problems; absent to hold it to accuracy
public record RewardSpec(
    List<RewardConfig> rewards, Aggregation aggregation, Audit audit, @Nullable Gold gold) {
  /// Accuracy is all that pays.
  public static final RewardSpec DEFAULT =
      new RewardSpec(
          List.of(RewardConfig.Accuracy.DEFAULT),
          Aggregation.SUM_THEN_NORMALIZE,
          Audit.REFUSE,
          null);

  /// A gold reward.
  ///
  /// @param rewards its parts, which are added up
  /// @param bestOf how many responses of the policy as it starts are drawn to each held-out
  ///   problem, to tell what the best of n by the reward that is paid is worth; 0 for none
  public record Gold(List<RewardConfig> rewards, int bestOf) {
    /// Accuracy, without best-of-n.
    public static final Gold DEFAULT = new Gold(List.of(RewardConfig.Accuracy.DEFAULT), 0);

    /// Copies the list and checks the range.
    public Gold {
      rewards = List.copyOf(rewards);
      Require.atLeast(0, "bestOf", bestOf);
    }
  }

  /// The consequence of a failed audit of the reward ([dev.tesuji.audit.RewardAudit]).
  public enum Audit {
    /// The run does not start.
    REFUSE,
    /// The run says so and starts.
    WARN,
    /// Nobody looks.
    OFF
  }

  /// Copies the list.
  public RewardSpec {
    rewards = List.copyOf(rewards);
  }

  /// Makes the reward.
  ///
  /// @throws IllegalArgumentException when a setting will not do
  public RewardMix open(RewardConfig.Place place) {
    return open(rewards, aggregation, place);
  }

  /// Makes a reward whose parts are added up.
  ///
  /// @throws IllegalArgumentException when a setting will not do
  public static RewardMix open(List<RewardConfig> rewards, RewardConfig.Place place) {
    return open(rewards, Aggregation.SUM_THEN_NORMALIZE, place);
  }

  private static RewardMix open(
      List<RewardConfig> rewards, Aggregation aggregation, RewardConfig.Place place) {
    List<RewardMix.Part> parts = new ArrayList<>();
    try {
      rewards.forEach(r -> parts.add(r.part(place)));
      return new RewardMix(place.task(), parts, aggregation);
    } catch (RuntimeException e) {
      parts.forEach(part -> part.reward().close());
      throw e;
    }
  }

  /// Returns all rewards, those of the gold reward too.
  public Stream<RewardConfig> all() {
    return Stream.concat(rewards.stream(), gold == null ? Stream.empty() : gold.rewards().stream());
  }
}
