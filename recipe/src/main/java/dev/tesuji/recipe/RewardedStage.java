package dev.tesuji.recipe;

import org.jspecify.annotations.Nullable;

/// Settings of a stage that draws completions and pays for them.
public interface RewardedStage extends StageSettings {
  /// Returns the problems that it poses; null for the recipe's.
  @Nullable TaskConfig task();

  /// Returns what completions are paid for.
  RewardSpec reward();

  /// Returns the length limit of a completion.
  int maxNewTokens();
}
