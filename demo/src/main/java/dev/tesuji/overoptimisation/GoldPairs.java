package dev.tesuji.overoptimisation;

import dev.tesuji.check.BadInput;
import dev.tesuji.overoptimisation.Drawing.Drawn;
import dev.tesuji.reward.Grader;
import dev.tesuji.rewardmodel.RewardExamples.Pair;
import dev.tesuji.rl.PromptSource.Posed;
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

  private final Drawing drawing;
  private final Grader gold;

  /// Prepares comparisons.
  ///
  /// @param gold judges; stays open
  public GoldPairs(Drawing drawing, Grader gold) {
    this.drawing = drawing;
    this.gold = gold;
  }

  /// Draws comparisons. Fewer of them are the beginning of more.
  ///
  /// @param prompts gives the prompts by number
  /// @param count how many comparisons
  /// @throws BadInput when nearly all pairs are ties
  public List<Pair> draw(LongFunction<Posed> prompts, int count) {
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
      List<Posed> posed = LongStream.range(first, first + AT_ONCE).mapToObj(prompts).toList();
      for (List<Drawn> two : drawing.draw(posed, first, 2, List.of(gold))) {
        add(pairs, two.get(0), two.get(1));
      }
    }
    return List.copyOf(pairs.subList(0, count));
  }

  private static void add(List<Pair> pairs, Drawn a, Drawn b) {
    double more = a.judgements().getFirst().total() - b.judgements().getFirst().total();
    if (a.judged() && b.judged() && more != 0) {
      pairs.add(
          more > 0 ? new Pair(a.response(), b.response()) : new Pair(b.response(), a.response()));
    }
  }
}
