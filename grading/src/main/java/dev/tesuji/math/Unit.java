package dev.tesuji.math;

/// The unit of a value.
///
/// @param name its spelling in one form, such as `m s^-1`; empty text where there is none
/// @param known whether it is one of [Units]; what is not may be anything, and counts only where
///   the gold answer has the same words
record Unit(String name, boolean known) {
  static final Unit NONE = new Unit("", true);
  static final Unit DEGREE = new Unit("degree", true);
  static final Unit PERCENT = new Unit("percent", true);

  boolean isNone() {
    return name.isEmpty();
  }

  boolean isPercent() {
    return name.equals(PERCENT.name);
  }

  /// Returns whether an answer in this unit may be right where the gold answer is in that one.
  /// Either may leave its unit out, but for the percent sign: 12 % is not 12.
  boolean fits(Unit gold) {
    if (name.equals(gold.name)) {
      return true;
    }
    if (isPercent() || gold.isPercent()) {
      return false;
    }
    return isNone() || (gold.isNone() && known);
  }
}
