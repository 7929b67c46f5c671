package dev.tesuji.play.go;

/// Steps from sets of points to their neighbours on a board.
final class Spread {
  private final int width;
  private final long westLow; // points that have a neighbour to the west
  private final long westHigh;
  private final long eastLow;
  private final long eastHigh;

  Spread(Grid grid) {
    width = grid.width;
    Bits west = Bits.NONE;
    Bits east = Bits.NONE;
    for (int point = 0; point < Math.min(grid.points, BitStones.MOST_POINTS); point++) {
      west = point % width == 0 ? west : west.or(Bits.of(point));
      east = point % width == width - 1 ? east : east.or(Bits.of(point));
    }
    westLow = west.low();
    westHigh = west.high();
    eastLow = east.low();
    eastHigh = east.high();
  }

  /// Returns the neighbours of points, and bits beyond the board's end, which the caller masks.
  Bits neighbours(Bits points) {
    long low = points.low();
    long high = points.high();
    return new Bits(low(low, high), high(low, high));
  }

  /// Returns the points of `within` that are connected in it with a seed.
  Bits flood(Bits seed, Bits within) {
    long low = seed.low();
    long high = seed.high();
    while (true) {
      long nextLow = (low | low(low, high)) & within.low();
      long nextHigh = (high | high(low, high)) & within.high();
      if (nextLow == low && nextHigh == high) {
        return new Bits(low, high);
      }
      low = nextLow;
      high = nextHigh;
    }
  }

  private long low(long low, long high) {
    return (low & eastLow) << 1
        | (low & westLow) >>> 1
        | (high & westHigh) << 63
        | low << width
        | low >>> width
        | high << (64 - width);
  }

  private long high(long low, long high) {
    return (high & eastHigh) << 1
        | (low & eastLow) >>> 63
        | (high & westHigh) >>> 1
        | high << width
        | low >>> (64 - width)
        | high >>> width;
  }
}
