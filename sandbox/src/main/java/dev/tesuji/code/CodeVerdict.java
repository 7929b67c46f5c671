package dev.tesuji.code;

import java.util.Locale;

/// The verdict about a program.
public enum CodeVerdict {
  /// All tests passed.
  PASSED,
  /// A test failed, or the program ended with an error.
  WRONG,
  /// The program is none of its language.
  COMPILE_ERROR,
  /// A test took more time than it may.
  TIME_OUT,
  /// A test took more memory than it may.
  MEMORY,
  /// It could not be run, which says nothing about it: no judgement.
  SANDBOX_ERROR;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
