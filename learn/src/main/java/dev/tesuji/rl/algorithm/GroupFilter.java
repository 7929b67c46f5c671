package dev.tesuji.rl.algorithm;

/// The groups that are learned from, where groups that are not may be left out.
public sealed interface GroupFilter {
  /// Tests a group.
  ///
  /// @param rewards its rewards, NaN where there is none
  /// @param accuracy the share of its completions that are right
  boolean keeps(double[] rewards, double accuracy);

  /// Tests whether groups are left out even where no others are drawn for them.
  default boolean always() {
    return false;
  }

  /// Keeps groups whose rewards differ: others have advantage 0 throughout.
  record VariedRewards() implements GroupFilter {
    @Override
    public boolean keeps(double[] rewards, double accuracy) {
      return !Statistics.isFlat(rewards);
    }
  }

  /// Keeps groups with a reward: where completions are not compared with each other, one of equal
  /// rewards teaches too.
  record AnyReward() implements GroupFilter {
    @Override
    public boolean keeps(double[] rewards, double accuracy) {
      return !Double.isNaN(Statistics.mean(rewards));
    }
  }

  /// Keeps groups whose share of right answers is in a range.
  ///
  /// @param least the smallest share
  /// @param most the largest share
  record Accuracy(double least, double most) implements GroupFilter {
    @Override
    public boolean keeps(double[] rewards, double accuracy) {
      return accuracy >= least && accuracy <= most;
    }

    @Override
    public boolean always() {
      return least > 0 || most < 1;
    }
  }

  /// Keeps groups in which some completions are right and some wrong, whatever else their rewards
  /// pay for: the filter of [DAPO](https://arxiv.org/abs/2503.14476), Eq. 11.
  record MixedCorrectness() implements GroupFilter {
    @Override
    public boolean keeps(double[] rewards, double accuracy) {
      return accuracy > 0 && accuracy < 1;
    }
  }
}
