package dev.tesuji.env;

import java.util.Locale;

/// The reason for which an episode is over.
public enum Ending {
  /// The policy has given its answer, or the game has ended.
  ANSWERED,
  /// The policy had all the turns that it may have.
  TURN_LIMIT,
  /// The policy had all the tokens that it may have, or the model has no position left.
  TOKEN_LIMIT,
  /// The environment had all the seconds that it may have.
  TIME_LIMIT,
  /// A tool gave no answer in time.
  TOOL_HUNG,
  /// A tool's server ended, or cannot be reached.
  TOOL_DIED,
  /// A tool answered in another form than it promised.
  TOOL_LIED,
  /// A tool answered more than can be taken.
  TOOL_FLOODED,
  /// A tool answered with what is no text.
  TOOL_GARBLED;

  /// Returns whether the policy had no part in it, so that nothing can be learned from the episode.
  public boolean isOurs() {
    return switch (this) {
      case ANSWERED, TURN_LIMIT, TOKEN_LIMIT, TIME_LIMIT -> false;
      case TOOL_HUNG, TOOL_DIED, TOOL_LIED, TOOL_FLOODED, TOOL_GARBLED -> true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
