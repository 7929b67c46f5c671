package dev.tesuji.kernel;

/// A stretch of tokens in a cache, for one layer.
///
/// @param layout how they lie
/// @param keys where those of the first key head begin
/// @param values where those of the first key head begin
/// @param capacity tokens that there is room for, a multiple of sixteen
/// @param length tokens that there are
public record Stretch(CacheLayout layout, long keys, long values, int capacity, int length) {
  /// Returns a stretch in memory of [CacheLayout#bytes].
  public static Stretch at(long address, CacheLayout layout, int capacity, int length) {
    long values = address + layout.heads().keys() * layout.headKeys(capacity);
    return new Stretch(layout, address, values, capacity, length);
  }

  long keysOf(int head) {
    return keys + head * layout.headKeys(capacity);
  }

  long valuesOf(int head) {
    return values + head * layout.headValues(capacity);
  }

  /// Writes keys and values of some tokens, from `at` on.
  ///
  /// @param from what [Heads#split] made of `tokens` tokens
  /// @param first the first of them to write
  public void write(long from, int tokens, int first, int count, int at) {
    Heads heads = layout.heads();
    for (int k = 0; k < heads.keys(); k++) {
      long offset = 4L * first * heads.width();
      long key = heads.head(from, heads.queries() + k, tokens) + offset;
      long value = heads.head(from, heads.queries() + heads.keys() + k, tokens) + offset;
      for (int t = 0; t < count; ) {
        int lane = (at + t) % Raw.LANES;
        int some = Math.min(Raw.LANES - lane, count - t);
        writeKeys(key + 4L * t * heads.width(), some, keysOf(k), at + t);
        t += some;
      }
      writeValues(value, count, valuesOf(k), at);
    }
  }

  /// Writes keys of tokens of one block.
  private void writeKeys(long from, int count, long to, int at) {
    int dim = layout.heads().dim();
    int width = layout.heads().width();
    int lane = at % Raw.LANES;
    int elements = layout.isNarrow() ? dim / 2 : dim; // of four bytes
    long block = to + 4L * ((long) (at - lane) * elements + lane);
    if (!layout.isNarrow()) {
      Transpose.floats(from, width, block, Raw.LANES, count, dim);
      return;
    }
    long pairs = Scratch.of(2L * Raw.LANES * dim);
    for (int t = 0; t < count; t++) {
      Vectors.narrow(from + 4L * t * width, dim, pairs + 2L * t * dim);
    }
    Transpose.floats(pairs, elements, block, Raw.LANES, count, elements);
  }

  private void writeValues(long from, int count, long to, int at) {
    int width = layout.heads().width();
    long row = 4L * width;
    if (!layout.isNarrow()) {
      Raw.copy(from, to + row * at, row * count);
      return;
    }
    int t = 0;
    if (at % 2 != 0) {
      CachedLoops.putSecond(from, width, to + row * (at / 2));
      t = 1;
    }
    for (; t + 2 <= count; t += 2) {
      long pair = to + row * ((at + t) / 2);
      LayerLoops.pairWide(from + row * t, from + row * (t + 1), width, pair);
    }
    if (t < count) {
      CachedLoops.putFirst(from + row * t, width, to + row * ((at + t) / 2));
    }
  }

  /// Makes the values of some tokens zeros: the next ones, of which nothing is written yet.
  void clearValues(int from, int to) {
    int width = layout.heads().width();
    for (int k = 0; k < layout.heads().keys(); k++) {
      long values = valuesOf(k);
      if (layout.isNarrow()) {
        int first = (from + 1) / 2; // the second of a pair was cleared with the first
        Raw.zero(values + 4L * first * width, 4L * (to / 2 - first) * width);
      } else {
        Raw.zero(values + 4L * from * width, 4L * (to - from) * width);
      }
    }
  }

  /// Copies the first tokens of another stretch over this one's, and perhaps some behind them.
  public void copy(Stretch from, int count) {
    int whole = (count + Raw.LANES - 1) / Raw.LANES * Raw.LANES;
    int even = Panels.even(count);
    for (int k = 0; k < layout.heads().keys(); k++) {
      Raw.copy(from.keysOf(k), keysOf(k), layout.headKeys(whole));
      Raw.copy(from.valuesOf(k), valuesOf(k), layout.headValues(even));
    }
  }
}
