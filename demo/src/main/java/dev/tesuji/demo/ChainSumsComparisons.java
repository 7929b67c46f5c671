package dev.tesuji.demo;

import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.yaml.Named;
import java.util.List;

/// Built-in rankings of five responses to a chain sum: worked step by step; so with a mistake; so
/// without tags around the answer; answered at once; answered at once without tags.
///
/// @param prompts how many problems
@Named("chainSums")
public record ChainSumsComparisons(int prompts) implements Comparisons.Made {
  /// 2,000 problems.
  public static final ChainSumsComparisons DEFAULT = new ChainSumsComparisons(2000);

  private static final List<ChainSumsCorpus> AUTHORS =
      List.of(
          new ChainSumsCorpus(0, 0, 0, 0, 0),
          new ChainSumsCorpus(0, 0, 0, 1, 0),
          new ChainSumsCorpus(0, 0, 0, 0, 1),
          new ChainSumsCorpus(1, 0, 0.5, 0, 0),
          new ChainSumsCorpus(1, 0, 0.5, 0, 1));

  /// Checks the range.
  public ChainSumsComparisons {
    Require.atLeast(2, "prompts", prompts);
  }

  @Override
  public void requireTask(TaskConfig task) {
    ChainSumsTask.of(task, "comparisons chainSums go");
  }

  @Override
  public RewardExamples opinions(Task task, RewardExamples.Reading reading, long seed) {
    List<RewardExamples.Author> authors =
        AUTHORS.stream().map(a -> (RewardExamples.Author) a::response).toList();
    return RewardExamples.of(task, prompts, authors, reading);
  }
}
