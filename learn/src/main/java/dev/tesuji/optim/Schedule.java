package dev.tesuji.optim;

/// How the learning rate changes over a run.
public enum Schedule {
  /// Stays where it is.
  CONSTANT,
  /// Falls in a straight line to its final share.
  LINEAR,
  /// Falls along half a cosine to its final share.
  COSINE;

  /// Returns the factor on the learning rate.
  ///
  /// @param step the update about to be made, from 0
  /// @param steps how many updates the run has
  /// @param warmup over how many first updates it rises from 0
  /// @param finalShare the factor at the end, for schedules that fall
  public double factor(int step, int steps, int warmup, double finalShare) {
    if (step < warmup) {
      return (step + 1.0) / warmup;
    }
    double done = steps <= warmup ? 1 : Math.min(1, (double) (step - warmup) / (steps - warmup));
    return switch (this) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - (1 - finalShare) * done;
      case COSINE -> finalShare + (1 - finalShare) * (1 + Math.cos(Math.PI * done)) / 2;
    };
  }
}
