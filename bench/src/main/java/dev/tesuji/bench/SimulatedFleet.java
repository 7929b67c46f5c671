package dev.tesuji.bench;

import dev.tesuji.check.Require;

/// A fleet that samples, as its simulation knows it.
///
/// @param workers how many machines there are
/// @param slots chunks that a worker has at once
/// @param engine how fast a worker draws
/// @param start seconds until a worker draws for the first time
/// @param overhead seconds between a slot's asking for a chunk and its first token
/// @param faults how often workers fail
record SimulatedFleet(
    int workers, int slots, Engine engine, double start, double overhead, Faults faults) {
  /// Checks the ranges.
  SimulatedFleet {
    Require.atLeast(1, "workers", workers);
    Require.atLeast(1, "slots", slots);
    Require.that(start >= 0, "start", "at least 0", start);
    Require.that(overhead >= 0, "overhead", "at least 0", overhead);
  }

  /// How fast a worker draws. A token for each of b rows takes t(b) = t₀ + c b seconds: t₀ to read
  /// the weights, c for a row's keys, values and arithmetic.
  ///
  /// @param rows samples at once, at most
  /// @param alone tokens a second of a row that is alone: 1 / t(1)
  /// @param full tokens a second of all rows together, when all are taken: rows / t(rows)
  record Engine(int rows, double alone, double full) {
    /// Checks the ranges.
    Engine {
      Require.atLeast(1, "rows", rows);
      Require.that(alone > 0, "alone", "above 0", alone);
      Require.that(
          full >= alone && full <= rows * alone,
          "rate",
          "from what a row has alone (" + alone + ") to rows times that (" + rows * alone + ")",
          full);
    }

    /// Returns the tokens a second of each of some rows.
    double each(int taken) {
      double one = 1 / alone;
      double all = rows / full;
      return 1 / (rows == 1 ? one : one + (all - one) * (taken - 1) / (rows - 1));
    }
  }

  /// How often workers fail, which they do at any moment alike: the time between two faults of one
  /// is exponential.
  ///
  /// @param every seconds between the faults of a worker, in the mean; infinite for none
  /// @param recover seconds from a fault until the worker draws again
  record Faults(double every, double recover) {
    /// No worker fails.
    static final Faults NONE = new Faults(Double.POSITIVE_INFINITY, 0);

    /// Checks the ranges.
    Faults {
      Require.that(every > 0, "faults", "above 0", every);
      Require.that(recover >= 0, "recover", "at least 0", recover);
    }
  }

  /// Returns the same fleet with another number of workers.
  SimulatedFleet withWorkers(int other) {
    return new SimulatedFleet(other, slots, engine, start, overhead, faults);
  }
}
