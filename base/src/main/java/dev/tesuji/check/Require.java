package dev.tesuji.check;

/// Checks settings, with one wording for all of them.
public final class Require {
  private Require() {}

  /// Refuses a value: "`name` must be `constraint`, got `value`".
  ///
  /// @throws IllegalArgumentException unless the condition holds
  public static void that(boolean holds, String name, String constraint, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + constraint + ", got " + value);
    }
  }

  /// Refuses numbers below a bound.
  ///
  /// @throws IllegalArgumentException when the value is smaller
  public static void atLeast(long bound, String name, long value) {
    that(value >= bound, name, "at least " + bound, value);
  }
}
