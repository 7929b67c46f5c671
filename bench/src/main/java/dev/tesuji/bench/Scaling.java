package dev.tesuji.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The points that show how time and memory grow: one factor varies at a time, from a centre.
///
/// @param centre where the others stay
record Scaling(Centre centre) {
  private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
  private static final List<Integer> LENGTHS = List.of(64, 128, 256, 512, 1024, 2048, 4096);

  /// The centre.
  record Centre(BenchShape.Name shape, int batch, int length) {}

  /// The factor that varies.
  enum Factor {
    BATCH,
    LENGTH,
    MODEL
  }

  /// Something to measure.
  ///
  /// @param what generation or training
  /// @param weights how many the model has
  /// @param batch sequences
  /// @param length tokens of each
  record Point(
      Bench.What what, Factor factor, BenchShape.Name shape, long weights, int batch, int length) {
    /// Returns what the factor is at this point.
    long value() {
      return switch (factor) {
        case BATCH -> batch;
        case LENGTH -> length;
        case MODEL -> weights;
      };
    }

    /// Returns the tokens of a run.
    long tokens() {
      return (long) batch * length;
    }

    /// Estimates the seconds that a run takes from those of the point before: as many times more as
    /// there are more tokens and weights. Small points are faster than that, long ones slower.
    double estimated(Point smaller, double seconds) {
      double work = (double) tokens() / smaller.tokens() * weights / smaller.weights;
      return seconds * work;
    }

    /// Returns the command that measures it.
    List<String> command() {
      return List.of(
          "bench",
          what.name().toLowerCase(Locale.ROOT),
          "--shape",
          shape.name().toLowerCase(Locale.ROOT),
          "--batch",
          Integer.toString(batch),
          "--length",
          Integer.toString(length));
    }
  }

  /// Returns the points, each factor's from small to large.
  List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (Bench.What what : List.of(Bench.What.GENERATE, Bench.What.TRAIN)) {
      for (int b : BATCHES) {
        points.add(point(what, Factor.BATCH, centre.shape, b, centre.length));
      }
      for (int t : LENGTHS) {
        points.add(point(what, Factor.LENGTH, centre.shape, centre.batch, t));
      }
      for (BenchShape.Name shape : BenchShape.LADDER) {
        points.add(point(what, Factor.MODEL, shape, centre.batch, centre.length));
      }
    }
    return points;
  }

  private static Point point(
      Bench.What what, Factor factor, BenchShape.Name shape, int batch, int length) {
    return new Point(what, factor, shape, BenchShape.of(shape).weights(), batch, length);
  }
}
