package dev.tesuji.tools;

import dev.tesuji.check.Require;
import java.time.Duration;

/// The most that an episode with tools may take.
///
/// @param turns of the policy
/// @param call how long a call may take; one that takes longer ends the episode as `tool_hung`
/// @param all how long all calls of an episode may take together; the episode ends there
/// @param characters of a result that the policy reads; the rest is left out, and that is said
public record ToolLimits(int turns, Duration call, Duration all, int characters) {
  /// Eight turns, ten seconds for a call, a minute for all, 2,000 characters.
  public static final ToolLimits DEFAULT =
      new ToolLimits(8, Duration.ofSeconds(10), Duration.ofMinutes(1), 2000);

  /// Checks the ranges.
  public ToolLimits {
    Require.atLeast(1, "turns", turns);
    Require.that(call.isPositive(), "call", "above 0", call);
    Require.that(all.isPositive(), "all", "above 0", all);
    Require.atLeast(1, "characters", characters);
  }
}
