package dev.tesuji.generate;

/// The price of reading a token beside others, in tokens that are drawn the plain way.
///
/// A pass over one token of each of R rows takes s seconds, so that a token that is drawn so costs
/// s / R; each token more adds t. The price of such a token is c = t R / s: near 0 where a pass is
/// bound by the reading of weights, and 1 where it is bound by arithmetic.
interface TokenPrice {
  /// Returns c; infinite where the next pass should have one token of each row.
  double of(int rows);

  /// Notes what a pass took.
  void took(double seconds, int rows, int tokens);
}
