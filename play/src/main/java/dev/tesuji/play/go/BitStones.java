package dev.tesuji.play.go;

/// Stones as sets of bits, for boards of at most 128 points.
///
/// A chain is found by spreading from one stone to its neighbours of the same colour, all at once,
/// until nothing is added.
final class BitStones implements Stones {
  /// The most points that fit.
  static final int MOST_POINTS = 128;

  private final Grid grid;
  private final Bits black;
  private final Bits white;
  private final long hash;

  BitStones(Grid grid) {
    this(grid, Bits.NONE, Bits.NONE, 0);
  }

  private BitStones(Grid grid, Bits black, Bits white, long hash) {
    this.grid = grid;
    this.black = black;
    this.white = white;
    this.hash = hash;
  }

  private BitStones(Grid grid, int color, Bits own, Bits other, long hash) {
    this(grid, color > 0 ? own : other, color > 0 ? other : own, hash);
  }

  @Override
  public Grid grid() {
    return grid;
  }

  @Override
  public int at(int point) {
    return black.has(point) ? 1 : white.has(point) ? -1 : 0;
  }

  @Override
  public long hash() {
    return hash;
  }

  private Bits of(int color) {
    return color > 0 ? black : white;
  }

  private Bits empty() {
    return grid.all.without(black).without(white);
  }

  @Override
  public BitStones play(int point, int color) {
    Bits stone = Bits.of(point);
    Bits own = of(color).or(stone);
    Bits other = of(-color);
    Bits empty = empty().without(stone);
    long key = hash ^ grid.key(point, color);
    for (int next : grid.neighbours[point]) {
      if (other.has(next)) {
        Bits chain = grid.spread.flood(Bits.of(next), other);
        if (!grid.spread.neighbours(chain).meets(empty)) {
          other = other.without(chain);
          key ^= key(chain, -color);
        }
      }
    }
    if (!grid.spread.neighbours(stone).meets(grid.all.without(own).without(other))) {
      Bits chain = grid.spread.flood(stone, own);
      if (!grid.spread.neighbours(chain).meets(grid.all.without(own).without(other))) {
        own = own.without(chain);
        key ^= key(chain, color);
      }
    }
    return new BitStones(grid, color, own, other, key);
  }

  private long key(Bits stones, int color) {
    long key = 0;
    for (long low = stones.low(); low != 0; low &= low - 1) {
      key ^= grid.key(Long.numberOfTrailingZeros(low), color);
    }
    for (long high = stones.high(); high != 0; high &= high - 1) {
      key ^= grid.key(64 + Long.numberOfTrailingZeros(high), color);
    }
    return key;
  }

  @Override
  public BitStones set(int point, int color) {
    Bits stone = Bits.of(point);
    Bits blacks = color > 0 ? black.or(stone) : black.without(stone);
    Bits whites = color < 0 ? white.or(stone) : white.without(stone);
    return new BitStones(grid, blacks, whites, key(blacks, 1) ^ key(whites, -1));
  }

  /// Only two kinds of points do more than add a stone: the last liberty of a chain of the other
  /// colour, and a point without an empty neighbour, where a stone may be suicide.
  @Override
  public void hashesAfter(int color, long[] hashes) {
    Bits empty = empty();
    Bits plain = grid.spread.neighbours(empty).and(empty).without(lastLiberties(-color, empty));
    for (Bits left = empty; !left.isEmpty(); ) {
      int point = left.first();
      left = left.without(Bits.of(point));
      hashes[point] = plain.has(point) ? hash ^ grid.key(point, color) : play(point, color).hash;
    }
  }

  /// Returns the points that are the only liberty of a chain.
  private Bits lastLiberties(int color, Bits empty) {
    Bits last = Bits.NONE;
    for (Bits left = of(color); !left.isEmpty(); ) {
      Bits chain = grid.spread.flood(Bits.of(left.first()), left);
      left = left.without(chain);
      Bits liberties = grid.spread.neighbours(chain).and(empty);
      if (liberties.count() == 1) {
        last = last.or(liberties);
      }
    }
    return last;
  }

  @Override
  public int[] liberties() {
    int[] liberties = new int[grid.points];
    Bits empty = empty();
    count(black, empty, liberties);
    count(white, empty, liberties);
    return liberties;
  }

  private void count(Bits stones, Bits empty, int[] liberties) {
    for (Bits left = stones; !left.isEmpty(); ) {
      Bits chain = grid.spread.flood(Bits.of(left.first()), left);
      left = left.without(chain);
      int count = grid.spread.neighbours(chain).and(empty).count();
      for (Bits rest = chain; !rest.isEmpty(); ) {
        int point = rest.first();
        rest = rest.without(Bits.of(point));
        liberties[point] = count;
      }
    }
  }

  @Override
  public byte[] area() {
    Bits empty = empty();
    Bits toBlack = grid.spread.flood(grid.spread.neighbours(black).and(empty), empty);
    Bits toWhite = grid.spread.flood(grid.spread.neighbours(white).and(empty), empty);
    byte[] area = new byte[grid.points];
    for (int point = 0; point < grid.points; point++) {
      boolean blacks = black.has(point) || toBlack.has(point);
      boolean whites = white.has(point) || toWhite.has(point);
      area[point] = (byte) (blacks == whites ? 0 : blacks ? 1 : -1);
    }
    return area;
  }
}
