package dev.tesuji.demo;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.env.Problem;
import dev.tesuji.preference.Pair;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The built-in sums of several digits, in recipes.
///
/// @param minTerms the fewest terms
/// @param maxTerms the most terms
@Named("chainSums")
public record ChainSumsTask(int minTerms, int maxTerms)
    implements TaskConfig.WithCorpus, TaskConfig.WithPairs {
  /// Sums of 4 to 8 digits.
  public static final ChainSumsTask DEFAULT = new ChainSumsTask(4, 8);

  /// Checks the ranges.
  public ChainSumsTask {
    new ChainSums(minTerms, maxTerms);
  }

  @Override
  public ChainSums open(@Nullable Path data) {
    return sums();
  }

  /// Returns the sums.
  ChainSums sums() {
    return new ChainSums(minTerms, maxTerms);
  }

  /// Returns the sums of a recipe's task.
  ///
  /// @param what such as `corpus chainSums goes`
  /// @throws IllegalArgumentException when it is another task
  static ChainSums of(TaskConfig task, String what) {
    if (task instanceof ChainSumsTask sums) {
      return sums.sums();
    }
    throw TaskConfig.belongs(what, "chainSums");
  }

  @Override
  public Corpus corpus() {
    return ChainSumsTexts.DEFAULT;
  }

  /// Makes pairs by chance: authors of mixed quality answer each problem until one is right and one
  /// is wrong.
  @Override
  public List<Pair> pairs(int count, TokenizedDataset.Words words) {
    ChainSums task = sums();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Problem problem = task.problem(i);
      pairs.add(new Pair(answer(task, problem, true, words), answer(task, problem, false, words)));
    }
    return pairs;
  }

  private static TokenSequence answer(
      ChainSums task, Problem problem, boolean right, TokenizedDataset.Words words) {
    long author = 1;
    String response;
    do {
      response = ChainSumsCorpus.DEFAULT.response(problem, author++);
    } while (task.grade(problem, response).isCorrect() != right);
    int[] prompt = task.promptTokens(problem, words.tokenizer());
    int[] ids = words.tokenizer().encode(response);
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = words.endToken();
    return TokenSequence.of(prompt, ended);
  }
}
