package dev.tesuji.tools;

import dev.tesuji.env.Ending;
import org.jspecify.annotations.Nullable;

/// A tool that cannot be used as promised, through no fault of the policy: the episode ends, and
/// nothing is learned from it.
public final class ToolBroken extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Ending ending;

  /// Makes it.
  ///
  /// @param ending how, one of those that are not the policy's
  public ToolBroken(Ending ending, String message) {
    this(ending, message, null);
  }

  /// Makes it.
  ///
  /// @param ending how, one of those that are not the policy's
  /// @param cause null where there is none
  public ToolBroken(Ending ending, String message, @Nullable Throwable cause) {
    super(message, cause);
    if (!ending.isOurs()) {
      throw new IllegalArgumentException("a broken tool must have a fault of ours, got " + ending);
    }
    this.ending = ending;
  }

  /// Returns how it is broken.
  public Ending ending() {
    return ending;
  }
}
