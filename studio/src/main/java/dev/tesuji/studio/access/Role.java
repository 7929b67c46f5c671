package dev.tesuji.studio.access;

import java.util.Locale;

/// A role of an account.
public enum Role {
  /// Judges, and sees nothing of runs, so that judging stays blind.
  ANNOTATOR,
  /// Sees all.
  LEAD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
