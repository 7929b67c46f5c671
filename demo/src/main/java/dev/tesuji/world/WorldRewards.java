package dev.tesuji.world;

import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.reward.Reward;
import dev.tesuji.yaml.Named;
import org.jspecify.annotations.Nullable;

/// Rewards that go with the task `world`, in recipes.
public final class WorldRewards {
  private WorldRewards() {}

  /// Pays the share of the thinking's words that are in the language of the question.
  @Named("worldLanguage")
  public record InLanguage(@Nullable String name, double weight) implements RewardConfig {
    /// Weight 1.
    public static final InLanguage DEFAULT = new InLanguage(null, 1);

    @Override
    public Reward open(Place place) {
      requireWorld(place, label());
      return new Consistency();
    }
  }

  /// Pays what the world's gold judge says of the answer.
  @Named("worldHelpfulness")
  public record Helpful(@Nullable String name, double weight) implements RewardConfig {
    /// Weight 1.
    public static final Helpful DEFAULT = new Helpful(null, 1);

    @Override
    public Reward open(Place place) {
      requireWorld(place, label());
      return new Helpfulness();
    }
  }

  private static void requireWorld(RewardConfig.Place place, String reward) {
    if (!(place.task() instanceof World)) {
      throw new IllegalArgumentException(
          "reward '" + reward + "' goes with task world, got task " + place.task().name());
    }
  }
}
