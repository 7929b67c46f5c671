package dev.tesuji.rl.algorithm;

import java.util.EnumSet;
import java.util.Set;

/// The things that the loop gets ready for an algorithm, as its settings ask for them.
///
/// @param groupSize the least G that it works with; more than 1 where completions are compared
/// @param needs models, scores and completions
/// @param lookAhead when an update's completions are scored before its first micro-batch
/// @param referenceReplacedEvery after how many steps the policy becomes the reference; 0 for never
/// @param frozenSteps how many first steps leave the policy as it is
/// @param filter the groups that are learned from
public record Requirements(
    int groupSize,
    Set<Need> needs,
    LookAhead lookAhead,
    int referenceReplacedEvery,
    int frozenSteps,
    GroupFilter filter) {
  /// Nothing but completions with rewards.
  public static final Requirements NONE =
      new Requirements(1, Set.of(), LookAhead.NEVER, 0, 0, new GroupFilter.VariedRewards());

  /// One thing that the loop can get ready.
  public enum Need {
    /// Scores of the completions by a reference model.
    REFERENCE,
    /// A second model, which is trained beside the policy.
    SECOND_MODEL,
    /// One more completion of each prompt, the greedy one.
    GREEDY_BASELINE,
    /// The parts of a reward one by one, where a recipe asks for that.
    REWARD_PARTS,
    /// Scores of the completions by the policy that drew them, even where every update is made by
    /// that policy.
    OLD_LOG_PROBS,
    /// A place in the loss for tokens with advantage 0.
    EVERY_TOKEN
  }

  /// When an update's completions are scored before its first micro-batch: for what depends on
  /// whole sequences, or on the whole update.
  public enum LookAhead {
    /// Never.
    NEVER,
    /// Once the policy has moved since it drew them.
    ONCE_MOVED,
    /// In every update.
    ALWAYS;

    /// Tests an update.
    ///
    /// @param moved whether the policy has moved since it drew the completions
    public boolean applies(boolean moved) {
      return switch (this) {
        case NEVER -> false;
        case ONCE_MOVED -> moved;
        case ALWAYS -> true;
      };
    }
  }

  /// Copies the set.
  public Requirements {
    needs = Set.copyOf(needs);
  }

  /// Tests for a need.
  public boolean has(Need need) {
    return needs.contains(need);
  }

  /// Adds a need where it is one.
  public Requirements with(Need need, boolean needed) {
    EnumSet<Need> more = EnumSet.noneOf(Need.class);
    more.addAll(needs);
    if (needed) {
      more.add(need);
    }
    return new Requirements(
        groupSize, more, lookAhead, referenceReplacedEvery, frozenSteps, filter);
  }

  /// Asks for groups of at least so many completions.
  public Requirements withGroupsOf(int least) {
    return new Requirements(least, needs, lookAhead, referenceReplacedEvery, frozenSteps, filter);
  }

  /// Asks for scores before an update's first micro-batch.
  public Requirements with(LookAhead when) {
    return new Requirements(groupSize, needs, when, referenceReplacedEvery, frozenSteps, filter);
  }

  /// Chooses the groups that are learned from.
  public Requirements with(GroupFilter groups) {
    return new Requirements(
        groupSize, needs, lookAhead, referenceReplacedEvery, frozenSteps, groups);
  }

  /// Makes the policy the reference after so many steps, again and again; 0 for never.
  public Requirements withReferenceReplacedEvery(int steps) {
    return new Requirements(groupSize, needs, lookAhead, steps, frozenSteps, filter);
  }

  /// Leaves the policy as it is in so many first steps.
  public Requirements withFrozenSteps(int steps) {
    return new Requirements(groupSize, needs, lookAhead, referenceReplacedEvery, steps, filter);
  }
}
