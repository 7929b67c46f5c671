package dev.tesuji.curriculum;

/// The estimate of a pass rate that moves: right completions among those that were drawn, older
/// ones discounted.
///
/// @param right how many were right
/// @param drawn how many were drawn
record PassRateEstimate(double right, double drawn) {
  /// Nothing was drawn.
  static final PassRateEstimate NONE = new PassRateEstimate(0, 0);

  /// Returns the estimate after more completions.
  ///
  /// @param discount what those before count from now on
  PassRateEstimate after(double more, double of, double discount) {
    return of == 0 ? this : new PassRateEstimate(right * discount + more, drawn * discount + of);
  }

  /// Returns the pass rate under Jeffreys' prior, which half a right one among one stands for: 0.5
  /// where nothing was drawn, and never 0 or 1.
  double rate() {
    return (right + 0.5) / (drawn + 1);
  }
}
