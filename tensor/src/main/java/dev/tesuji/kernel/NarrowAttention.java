package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// [SpanAttention] with factors in bfloat16. Right sides lie in pairs ([Pairs]).
///
/// Keys and values are such numbers already ([Heads#split]). Queries and probabilities go forwards
/// in two parts, what rounding leaves of them and what it takes off: that costs two products, which
/// are still faster than one in float32 where the processor has AMX, and is as exact. Rounding the
/// probabilities, as flash attention does, made a model's error a fifth larger. The gradients are
/// computed from rounded factors.
final class NarrowAttention extends SpanAttention {
  private static final int GRAIN = 32; // what queries are rounded up to where they are summed over

  private final long keys; // [row, width]
  private final long values;
  private final long turnedKeys; // Kᵀ by blocks [width / 2, BLOCK, 2]
  private final long turnedValues;
  private final long keyPairs; // [row / 2, width, 2]
  private final long valuePairs;
  private final TwoParts shares; // probabilities, [BLOCK, row]
  private final long narrowSlopes;
  private final Block queryBlock;
  private final TwoParts queryParts; // the first of which are that block's rows
  private final Block outBlock; // the gradient at outputs
  private final long pairs; // a block of scores in pairs
  private final long turned; // the same turned, [BLOCK, BLOCK]

  NarrowAttention(CausalAttention attention, Place place) {
    super(attention, place);
    long bytes = 2L * row * width;
    keys = take(bytes);
    values = take(bytes);
    turnedKeys = take(bytes);
    turnedValues = take(bytes);
    keyPairs = take(bytes);
    valuePairs = take(bytes);
    shares = new TwoParts(take(2L * BLOCK * row), take(2L * BLOCK * row), row);
    narrowSlopes = take(2L * BLOCK * row);
    queryBlock = new Block(take(2L * BLOCK * width), take(2L * BLOCK * width));
    queryParts = new TwoParts(queryBlock.rows, take(2L * BLOCK * width), width);
    outBlock = new Block(take(2L * BLOCK * width), take(2L * BLOCK * width));
    pairs = take(2L * BLOCK * BLOCK);
    turned = take(2L * BLOCK * BLOCK);
    gather(before == 0 ? 0 : keysBefore(), ownKeys(), keys);
    gather(before == 0 ? 0 : valuesBefore(), ownValues(), values);
    turn(keys, turnedKeys);
    Pairs.rows(values, Dtype.BFLOAT16, width, row, width, valuePairs);
  }

  static long bytes(int width, long row, boolean shares) {
    long blocks = 2L * BLOCK * (5L * width + 2L * BLOCK);
    return SpanAttention.bytes(width, row, shares) + 12 * row * width + 6 * BLOCK * row + blocks;
  }

  /// Rounds the prefix's rows and the span's own, and writes zeros up to a whole block.
  private void gather(long prefix, long rows, long to) {
    if (prefix != 0) {
      Vectors.narrow(prefix, before * width, to);
    }
    Vectors.narrow(rows, own * width, to + 2L * before * width);
    Raw.zero(to + 2L * length * width, 2L * (row - length) * width);
  }

  /// Turns blocks of rows, whose pairs of neighbours are one int each.
  private void turn(long from, long to) {
    for (int b = 0; b < row; b += BLOCK) {
      long at = 2L * b * width;
      Transpose.floats(from + at, width / 2, to + at, BLOCK, BLOCK, width / 2);
    }
  }

  /// Rows of a block of queries.
  ///
  /// @param rows takes them, `[BLOCK, width]`
  /// @param pairs takes them in pairs, `[BLOCK / 2, D, 2]`
  private record Block(long rows, long pairs) {
    /// Rounds rows.
    void take(long from, int stride, int count, int dim, int width) {
      for (int r = 0; r < count; r++) {
        Vectors.narrow(from + 4L * r * stride, dim, rows + 2L * r * width);
      }
    }

    /// Puts them in pairs, and zeros behind them.
    void pair(int count, int dim, int width) {
      Pairs.rows(rows, Dtype.BFLOAT16, width, count, dim, pairs);
      int even = Panels.even(count);
      Raw.zero(pairs + 2L * even * dim, 2L * (grains(count) - even) * dim);
    }
  }

  private static int grains(int count) {
    return (count + GRAIN - 1) / GRAIN * GRAIN;
  }

  private void round(long from, Queries queries, long to) {
    for (int r = 0; r < queries.count(); r++) {
      Vectors.narrow(from + 4L * r * row, queries.end(), to + 2L * r * row);
    }
  }

  @Override
  void score(Queries queries) {
    queryParts.take(queries.rows(), width, queries.count(), width);
    scores(queryParts.high(), width, turnedKeys, queries, probabilities, false);
    scores(queryParts.low(), width, turnedKeys, queries, probabilities, true);
  }

  @Override
  void mix(Queries queries) {
    int count = queries.count();
    int end = queries.end();
    shares.take(probabilities, row, count, end);
    product(count, width, end, row, width, width, false).run(shares.high(), valuePairs, spare);
    product(count, width, end, row, width, width, true).run(shares.low(), valuePairs, spare);
  }

  @Override
  void prepareBackward() {
    turn(values, turnedValues);
    Pairs.rows(keys, Dtype.BFLOAT16, width, row, width, keyPairs);
  }

  @Override
  void scoreBackward(Queries queries, long dO, int stride) {
    outBlock.take(dO, stride, queries.count(), dim, width);
    scores(outBlock.rows, width, turnedValues, queries, slopes, false);
  }

  @Override
  void spread(Queries queries, long dO, int stride, Gradients into) {
    int count = queries.count();
    round(probabilities, queries, shares.high());
    round(slopes, queries, narrowSlopes);
    product(count, dim, queries.end(), row, width, width, false)
        .run(narrowSlopes, keyPairs, into.queries());
    queryBlock.pair(count, dim, width);
    outBlock.pair(count, dim, width);
    for (int b = 0; b < queries.end(); b += BLOCK) {
      long at = 4L * b * width;
      add(narrowSlopes + 2L * b, queryBlock, b, count, into.keys() + at);
      add(shares.high() + 2L * b, outBlock, b, count, into.values() + at);
    }
  }

  /// Adds to the gradients of a block of keys or values.
  ///
  /// @param factors the scores' part, `[count, BLOCK]` of rows that are longer
  /// @param block what they are multiplied by
  private void add(long factors, Block block, int from, int count, long to) {
    int depth = grains(count);
    int even = Panels.even(count);
    Pairs.rows(factors, Dtype.BFLOAT16, row, count, BLOCK, pairs);
    Raw.zero(pairs + 2L * even * BLOCK, 2L * (depth - even) * BLOCK);
    Transpose.floats(pairs, BLOCK, turned, BLOCK / 2, depth / 2, BLOCK);
    product(Math.min(BLOCK, length - from), dim, depth, BLOCK, dim, width, true)
        .run(turned, block.pairs, to);
  }
}
