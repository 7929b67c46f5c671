package dev.tesuji.overoptimisation;

import dev.tesuji.check.Require;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.Sampling;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.yaml.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pairs of responses that the model itself draws, to problems of a task, of which the one that a
/// gold reward pays more is the better, in recipes.
///
/// @param pairs how many to learn from; fewer are the beginning of more
/// @param heldOut how many, to held-out problems, to be measured on; `heldOutShare` is not used
/// @param maxNewTokens the length limit of a response
/// @param sampling how responses are drawn
/// @param gold the parts of the gold reward, which are added up
/// @param task the problems; the recipe's where absent
@Named("drawn")
public record DrawnPairs(
    int pairs,
    int heldOut,
    int maxNewTokens,
    Sampling sampling,
    List<RewardConfig> gold,
    @Nullable TaskConfig task)
    implements Comparisons.Drawn {
  /// 1,000 pairs of up to 512 tokens, of which the right one is the better; 500 held out.
  public static final DrawnPairs DEFAULT =
      new DrawnPairs(
          1000, 500, 512, Sampling.DEFAULT, List.of(RewardConfig.Accuracy.DEFAULT), null);

  /// Held-out problems for each pair: most pairs are ties, and one problem should not give several.
  private static final int SPARE = 8;

  /// Copies the list and checks the ranges.
  public DrawnPairs {
    gold = List.copyOf(gold);
    Require.atLeast(1, "pairs", pairs);
    Require.atLeast(1, "heldOut", heldOut);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
    Require.that(
        sampling.temperature() > 0,
        "sampling.temperature",
        "above 0: two greedy responses to a prompt are the same",
        sampling.temperature());
  }

  @Override
  public String describe() {
    return "drawing " + pairs + " + " + heldOut + " pairs of responses";
  }

  @Override
  public RewardExamples draw(Comparisons.Place place) {
    int positions = place.model().decoder().config().maxPositions();
    PromptStream.Limit room =
        new PromptStream.Limit(Math.max(1, positions - maxNewTokens), PromptStream.TooLong.ERROR);
    PromptStream prompts =
        new PromptStream(
            place.task(),
            place.model().requireTokenizer(),
            room,
            place.streams().seed(Purpose.PROBLEMS));
    List<Problem> held = place.task().heldOut(SPARE * heldOut);
    try (RolloutSampler sampler =
        new LocalRolloutSampler(place.engines(), place.model(), place.task(), place.gold())) {
      List<RewardExamples.Pair> train =
          pairs(sampler, place, Purpose.COMPARISONS).draw(prompts::at, pairs);
      List<RewardExamples.Pair> measured =
          pairs(sampler, place, Purpose.HELD_OUT_COMPARISONS)
              .draw(i -> posed(i, place, held.get((int) (i % held.size()))), heldOut);
      return RewardExamples.of(place.task(), train, measured, place.reading());
    }
  }

  private static PosedProblem posed(long number, Comparisons.Place place, Problem problem) {
    return new PosedProblem(
        number, problem, place.task().promptTokens(problem, place.model().requireTokenizer()));
  }

  private GoldPairs pairs(RolloutSampler sampler, Comparisons.Place place, Purpose purpose) {
    return new GoldPairs(
        sampler, new RolloutSettings(2, maxNewTokens, sampling, place.streams().seed(purpose)));
  }
}
