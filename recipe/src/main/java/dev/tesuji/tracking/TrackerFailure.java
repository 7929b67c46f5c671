package dev.tesuji.tracking;

import org.jspecify.annotations.Nullable;

/// A request to a tracker that did not succeed.
final class TrackerFailure extends Exception {
  private static final long serialVersionUID = 1;
  private final boolean refused;

  private TrackerFailure(String message, @Nullable Throwable cause, boolean refused) {
    super(message, cause);
    this.refused = refused;
  }

  /// Makes one that may succeed another time.
  static TrackerFailure later(String message, @Nullable Throwable cause) {
    return new TrackerFailure(message, cause, false);
  }

  /// Makes one of what the tracker will never take.
  static TrackerFailure refused(String message) {
    return new TrackerFailure(message, null, true);
  }

  /// Returns whether sending the same again is of no use.
  boolean isRefused() {
    return refused;
  }
}
