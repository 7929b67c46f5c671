package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import dev.tesuji.rl.algorithm.Requirements.LookAhead;
import dev.tesuji.rl.algorithm.Requirements.Need;

/// The settings of what is made of a batch of completions: the same for all algorithms.
///
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass; from the second pass on their groups are shuffled
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
///   (DAPO's overlong filtering)
/// @param keepGroups the groups that are learned from, where others are drawn for those that are
///   not
/// @param samplerCorrection how a sampler is corrected that is not the plain policy
/// @param entropy how the entropy of a token's distribution counts
public record UpdateConfig(
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated,
    KeepGroups keepGroups,
    SamplerCorrection samplerCorrection,
    EntropyConfig entropy) {
  /// One update per batch, of all completions.
  public static final UpdateConfig DEFAULT = new UpdateConfig(1, 1, false);

  /// The groups that are learned from, where others are drawn for those that are not.
  public enum KeepGroups {
    /// Those whose rewards differ.
    VARIED_REWARDS,
    /// Those in which some completions are right and some wrong, whatever else rewards pay for.
    MIXED_CORRECTNESS;

    /// Returns the filter.
    public GroupFilter filter() {
      return switch (this) {
        case VARIED_REWARDS -> new GroupFilter.VariedRewards();
        case MIXED_CORRECTNESS -> new GroupFilter.MixedCorrectness();
      };
    }
  }

  /// Makes updates without anything else.
  public UpdateConfig(int innerEpochs, int miniBatches, boolean maskTruncated) {
    this(
        innerEpochs,
        miniBatches,
        maskTruncated,
        KeepGroups.VARIED_REWARDS,
        SamplerCorrection.DEFAULT,
        EntropyConfig.DEFAULT);
  }

  /// Checks the ranges.
  public UpdateConfig {
    Require.atLeast(1, "innerEpochs", innerEpochs);
    Require.atLeast(1, "miniBatches", miniBatches);
  }

  /// Returns so many passes of so many updates each.
  public static UpdateConfig of(int innerEpochs, int miniBatches) {
    return new UpdateConfig(innerEpochs, miniBatches, false);
  }

  /// Returns the same settings with another correction of the sampler.
  public UpdateConfig with(SamplerCorrection correction) {
    return new UpdateConfig(
        innerEpochs, miniBatches, maskTruncated, keepGroups, correction, entropy);
  }

  /// Returns the same settings with entropy counted otherwise.
  public UpdateConfig with(EntropyConfig other) {
    return new UpdateConfig(
        innerEpochs, miniBatches, maskTruncated, keepGroups, samplerCorrection, other);
  }

  /// Returns the same settings with other groups kept.
  public UpdateConfig with(KeepGroups groups) {
    return new UpdateConfig(
        innerEpochs, miniBatches, maskTruncated, groups, samplerCorrection, entropy);
  }

  /// Tests whether every update is made by the policy that drew the completions, so that all ratios
  /// are 1.
  public boolean isOnPolicy() {
    return innerEpochs == 1 && miniBatches == 1;
  }

  /// Adds what it needs of the loop to what an algorithm needs.
  public Requirements addTo(Requirements others) {
    Requirements sum = others.with(Need.EVERY_TOKEN, entropy.isOn());
    return entropy.topQuantile() < 1 ? sum.with(LookAhead.ALWAYS) : sum;
  }
}
