package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.rollout.PromptStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The prompts of a stage of rejection sampling.
///
/// @param task the problems; absent for those of the recipe's task
/// @param data the file of other problems than the recipe's, for tasks that read one; absent for
///   the task's own, which are trained on
/// @param count how many, in an order that follows from the recipe's seed; absent for all
/// @param limit the limit on the length of prompts
public record Prompts(
    @Nullable TaskConfig task,
    @Nullable Path data,
    @Nullable Integer count,
    @Unwrapped PromptStream.Limit limit) {
  /// All of the task's; longer ones than 512 tokens are an error.
  public static final Prompts DEFAULT = new Prompts(null, null, null, PromptStream.Limit.DEFAULT);

  /// Checks the ranges.
  public Prompts {
    if (count != null) {
      Require.atLeast(1, "count", count);
    }
    if (limit.policy() == PromptStream.TooLong.TRUNCATE) {
      throw new IllegalArgumentException(
          "policy must be error or drop, got truncate: what answers the end of a prompt would be"
              + " taught as an answer to all of it");
    }
  }
}
