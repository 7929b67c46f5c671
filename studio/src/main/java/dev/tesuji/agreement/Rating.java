package dev.tesuji.agreement;

/// A value that somebody gave to something.
///
/// @param annotator who gave it
/// @param unit what it was given to
/// @param name the value as a name
/// @param value the value as a number; of a name that is none, not a number
public record Rating(String annotator, String unit, String name, double value) {
  /// Makes a rating by a number.
  public static Rating of(String annotator, String unit, double value) {
    return new Rating(annotator, unit, number(value), value);
  }

  /// Writes a number such that equal ones are equal: `2` and `2.0` are one value.
  static String number(double value) {
    return Double.toString(value == 0 ? 0.0 : value); // -0.0 is 0
  }
}
