package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import java.util.Arrays;

/// The settings of an algorithm of reinforcement learning: what it needs from the loop, and how it
/// is put to work.
///
/// Implemented by records, one per algorithm, each in a package with its equations.
public interface Algorithm {
  /// Returns μ, the passes over one batch of completions.
  int innerEpochs();

  /// Returns the updates per pass.
  int miniBatches();

  /// Says whether completions that reached the length limit are left out of the loss.
  boolean maskTruncated();

  /// Returns ε_low: ratios below 1 - ε_low are clipped.
  double clipLow();

  /// Returns ε_high: ratios above 1 + ε_high are clipped.
  double clipHigh();

  /// Returns the least G that it works with; more than 1 where completions are compared.
  default int leastGroupSize() {
    return 1;
  }

  /// Says whether it holds on to a reference model.
  boolean needsReference();

  /// Says whether it trains a second model beside the policy.
  default boolean needsSecondModel() {
    return false;
  }

  /// Returns after how many steps the reference is replaced by the policy; 0 for never.
  default int replaceReferenceEvery() {
    return 0;
  }

  /// Says whether each prompt gets one more completion, the greedy one, as a baseline.
  default boolean needsGreedyBaseline() {
    return false;
  }

  /// Says whether it can compare the parts of a reward one by one, where a recipe asks for that.
  default boolean comparesParts() {
    return false;
  }

  /// Says whether the loss or the advantages need the log-probabilities of the policy that drew the
  /// completions even where every update is made by that policy.
  default boolean needsOldLogProbs() {
    return false;
  }

  /// Says whether a group is learned from, when groups that are not may be left out.
  ///
  /// @param rewards its rewards, NaN where there is none
  /// @param accuracy the share of its completions that are right
  default boolean keeps(double[] rewards, double accuracy) {
    return !Statistics.isFlat(rewards);
  }

  /// Says whether groups that [#keeps] refuses are left out even where no others are drawn for
  /// them.
  default boolean alwaysFilters() {
    return false;
  }

  /// Says whether every update is made by the policy that drew the completions, so that all ratios
  /// are 1.
  default boolean isOnPolicy() {
    return innerEpochs() == 1 && miniBatches() == 1;
  }

  /// Puts it to work.
  Objective open(Tools tools);

  /// Refuses a loop that it cannot work in.
  ///
  /// @throws IllegalArgumentException naming the key and the reason
  default void check(int promptsPerStep, int groupSize) {
    if (groupSize < leastGroupSize()) {
      throw new IllegalArgumentException(
          "groupSize must be at least "
              + leastGroupSize()
              + " (a completion is compared with the others of its group), got "
              + groupSize);
    }
    if (miniBatches() > promptsPerStep) {
      throw new IllegalArgumentException(
          "miniBatches must be at most promptsPerStep ("
              + promptsPerStep
              + "), got "
              + miniBatches());
    }
  }

  /// Checks the ranges of what all have.
  ///
  /// @throws IllegalArgumentException naming the key
  static void requireRanges(double clipLow, double clipHigh, int innerEpochs, int miniBatches) {
    Require.that(clipLow >= 0, "clipLow", "at least 0", clipLow);
    Require.that(clipHigh >= 0, "clipHigh", "at least 0", clipHigh);
    Require.atLeast(1, "innerEpochs", innerEpochs);
    Require.atLeast(1, "miniBatches", miniBatches);
  }

  /// Repeats one number per completion for each of its scored tokens.
  static float[][] perToken(Batch batch, double[] perCompletion) {
    float[][] out = new float[perCompletion.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = new float[batch.tokens(i)];
      Arrays.fill(out[i], (float) perCompletion[i]);
    }
    return out;
  }
}
