package dev.tesuji.rejection;

import dev.tesuji.check.Require;
import org.jspecify.annotations.Nullable;

/// Which samples are kept, besides those that rewards refuse.
///
/// @param finished whether only those are that the model ended itself, and not the length limit
/// @param maxCompletionTokens the most tokens of a completion; absent for no limit
/// @param maxPerPrompt the most that are kept of a prompt: the first, in the order of their
///   numbers, which is a choice by chance
/// @param deduplicate what counts as the same sample, of which one is kept
/// @param decontaminate how many words in a row a sample must not share with a problem that the
///   model is evaluated on; 0 lets everything pass
public record FilterSettings(
    boolean finished,
    @Nullable Integer maxCompletionTokens,
    int maxPerPrompt,
    Duplicates deduplicate,
    int decontaminate) {
  /// Finished samples, four of a prompt at most, none twice, none with 13 words of an evaluation
  /// problem ([GPT-3](https://arxiv.org/abs/2005.14165), appendix C).
  public static final FilterSettings DEFAULT =
      new FilterSettings(true, null, 4, Duplicates.NORMALIZED, 13);

  /// Which samples count as the same.
  public enum Duplicates {
    /// None: all are kept.
    NONE,
    /// Those with the same problem and the same completion, character by character.
    EXACT,
    /// Those with the same up to case, white space and compatible characters.
    NORMALIZED
  }

  /// Checks the ranges.
  public FilterSettings {
    if (maxCompletionTokens != null) {
      Require.atLeast(1, "maxCompletionTokens", maxCompletionTokens);
    }
    Require.atLeast(1, "maxPerPrompt", maxPerPrompt);
    Require.atLeast(0, "decontaminate", decontaminate);
  }
}
