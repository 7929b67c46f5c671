package dev.tesuji.play;

import java.util.function.Supplier;

/// Looks on while a player thinks, and decides how long.
@FunctionalInterface
public interface Watcher {
  /// Returns whether to go on. Called often: at least every tenth of a second.
  ///
  /// @param soFar makes the thought so far; costs something, so ask only when it is needed
  boolean goOn(Supplier<Thought> soFar);
}
