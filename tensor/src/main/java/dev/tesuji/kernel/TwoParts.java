package dev.tesuji.kernel;

/// Rows of float32 as a sum of two in bfloat16: what rounding leaves of them, and what it takes
/// off, rounded too. Of a number's 24 bits these keep 16 or more: a product with both, by numbers
/// that are bfloat16 already, is off by 2⁻¹⁷ of its size at most, and a sum of many by much less.
///
/// @param high where the first rows begin
/// @param low where what was taken off them begins
/// @param stride elements from one row to the next
record TwoParts(long high, long low, int stride) {
  /// Takes whole vectors of rows apart.
  ///
  /// @param from the first row, float32
  /// @param step elements from one to the next
  void take(long from, int step, int rows, int columns) {
    Vectors.split(from, step, rows, columns, this);
  }
}
