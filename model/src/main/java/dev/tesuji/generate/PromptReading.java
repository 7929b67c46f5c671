package dev.tesuji.generate;

import dev.tesuji.check.Require;

/// How an engine reads prompts.
///
/// @param inParts whether long ones are read in parts, so that those who wait for their next token
///   hardly notice; a server's way. Training reads them whole, which costs the least in all
/// @param kept the most bytes that are kept of what was read, for prompts that begin alike; 0 for
///   none
public record PromptReading(boolean inParts, long kept) {
  /// Whole, with nothing kept.
  public static final PromptReading WHOLE = new PromptReading(false, 0);

  /// Checks the range.
  public PromptReading {
    Require.that(kept >= 0, "kept", "at least 0", kept);
  }
}
