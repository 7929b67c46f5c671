package dev.tesuji.overoptimisation;

import dev.tesuji.check.BadInput;
import dev.tesuji.reward.Graded;
import dev.tesuji.rewardmodel.RewardExamples.Pair;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/// Comparisons that a gold reward makes: of two responses of one model to one prompt, the one that
/// is paid more is the better. Ties are passed over.
public final class GoldPairs {
  private static final int AT_ONCE = 256; // prompts
  private static final int PATIENCE = 20; // prompts drawn for each pair, at most

  private final RolloutSampler sampler;
  private final RolloutSettings settings;

  /// Prepares comparisons.
  ///
  /// @param sampler samples responses, paid by the gold reward; stays open
  /// @param settings how they are sampled, two to a prompt whatever they say
  public GoldPairs(RolloutSampler sampler, RolloutSettings settings) {
    this.sampler = sampler;
    this.settings = settings.withSamples(2);
  }

  /// Draws comparisons. Fewer of them are the beginning of more.
  ///
  /// @param prompts gives the problem of a number, which is its id
  /// @param count how many comparisons
  /// @throws BadInput when nearly all pairs are ties
  public List<Pair> draw(LongFunction<PosedProblem> prompts, int count) {
    List<Pair> pairs = new ArrayList<>();
    for (long first = 0; pairs.size() < count; first += AT_ONCE) {
      if (first >= (long) PATIENCE * Math.max(AT_ONCE, count)) {
        throw new BadInput(
            String.format(
                Locale.ROOT,
                "the gold reward pays both responses alike in %d of %d pairs; take one that tells"
                    + " more responses apart",
                first - pairs.size(),
                first));
      }
      List<PosedProblem> posed =
          LongStream.range(first, first + AT_ONCE).mapToObj(prompts).toList();
      for (Group two : sampler.sample(posed, settings)) {
        add(pairs, two.graded().get(0), two.graded().get(1));
      }
    }
    return List.copyOf(pairs.subList(0, count));
  }

  private static void add(List<Pair> pairs, Graded a, Graded b) {
    double more = a.total() - b.total();
    if (a.trainable() && b.trainable() && more != 0) {
      pairs.add(
          more > 0 ? new Pair(a.response(), b.response()) : new Pair(b.response(), a.response()));
    }
  }
}
