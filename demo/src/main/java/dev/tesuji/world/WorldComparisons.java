package dev.tesuji.world;

import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.yaml.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// Pairs of responses to questions of the built-in world, ranked by its gold judge with errors
/// ([Ranking]). Helpfulness is judged by the answer alone, which is all that a reward of this model
/// should score (`scores: answer`).
///
/// It is measured on questions that the world holds out, by topic and deed: as many more as
/// `heldOutShare` of `prompts`.
///
/// @param criterion what the judge looks at: `helpfulness` of answers to general requests, or
///   `harmlessness` of whole responses to harmful questions
/// @param prompts how many questions
/// @param candidates K, how many responses to each are ranked
/// @param noise the standard deviation of the judge's errors, on a scale from 0 to 1
/// @param margin pairs whose scores are closer are left out
@Named("world")
public record WorldComparisons(
    Ranking.Criterion criterion, int prompts, int candidates, double noise, double margin)
    implements Comparisons.Made {
  /// Helpfulness: 2,000 questions, 4 answers to each, a judge who errs by 0.1, and pairs that this
  /// does not explain: two equals rarely differ by 0.3.
  public static final WorldComparisons DEFAULT =
      new WorldComparisons(Ranking.Criterion.HELPFULNESS, 2000, 4, 0.1, 0.3);

  /// Checks the ranges.
  public WorldComparisons {
    Require.atLeast(2, "prompts", prompts);
    Require.that(margin >= 0, "margin", "at least 0", margin);
    new Ranking.Judging(criterion, candidates, noise);
  }

  @Override
  public void requireTask(TaskConfig task) {
    WorldTask.of(task, "comparisons world go");
  }

  @Override
  public RewardExamples opinions(Task task, RewardExamples.Reading reading, long seed) {
    Ranking.Judging judging = new Ranking.Judging(criterion, candidates, noise);
    World questions = criterion.questions();
    List<Posed> learned = LongStream.range(0, prompts).mapToObj(questions::posed).toList();
    int share = Math.max(1, (int) Math.round(reading.heldOut() * prompts));
    List<Posed> measured = questions.heldOut(share).stream().map(Posed::of).toList();
    return RewardExamples.ranked(
        questions, pairs(learned, judging, seed), pairs(measured, judging, seed), reading);
  }

  /// Returns the pairs of responses to each question; those of one question are learned from
  /// together.
  private List<RewardExamples.Ranked> pairs(List<Posed> posed, Ranking.Judging judging, long seed) {
    List<RewardExamples.Ranked> pairs = new ArrayList<>();
    for (Posed question : posed) {
      for (Ranking.Pair pair : Ranking.drawn(question, judging, seed).pairs(margin)) {
        String chosen = criterion.seen(pair.chosen());
        String rejected = criterion.seen(pair.rejected());
        if (!chosen.equals(rejected)) { // they may have differed in their thinking alone
          pairs.add(new RewardExamples.Ranked(question.problem(), List.of(chosen, rejected)));
        }
      }
    }
    return pairs;
  }
}
