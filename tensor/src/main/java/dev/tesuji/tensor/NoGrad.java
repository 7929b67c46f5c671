package dev.tesuji.tensor;

import org.bytedeco.pytorch.GradMode;

/// Switches gradient recording off on this thread until closed, then back to what it was.
public final class NoGrad implements AutoCloseable {
  private final boolean before;

  private NoGrad(boolean before) {
    this.before = before;
  }

  /// Switches gradient recording off.
  public static NoGrad on() {
    Native.load();
    NoGrad guard = new NoGrad(GradMode.is_enabled());
    GradMode.set_enabled(false);
    return guard;
  }

  /// Returns whether operations on this thread record gradients.
  public static boolean isOff() {
    return GradMode.is_enabled();
  }

  @Override
  public void close() {
    GradMode.set_enabled(before);
  }
}
