package dev.tesuji.kernel;

/// [SpanAttention] with factors in float32.
final class WideAttention extends SpanAttention {
  private final long keys; // [row, width]
  private final long values;
  private final long turnedKeys; // Kᵀ by blocks [width, BLOCK]
  private final long turnedValues;

  WideAttention(CausalAttention attention, Place place) {
    super(attention, place);
    long bytes = 4L * row * width;
    turnedKeys = take(bytes);
    turnedValues = take(bytes);
    keys = before == 0 ? ownKeys() : gathered(keysBefore(), ownKeys(), take(bytes));
    values = before == 0 ? ownValues() : gathered(valuesBefore(), ownValues(), take(bytes));
    turn(keys, turnedKeys);
  }

  static long bytes(int width, long row, boolean shares) {
    return SpanAttention.bytes(width, row, shares) + (shares ? 16 : 8) * row * width;
  }

  /// Copies the prefix's rows and the span's own, and zeros up to a whole block.
  private long gathered(long prefix, long rows, long to) {
    Raw.copy(prefix, to, 4L * before * width);
    Raw.copy(rows, to + 4L * before * width, 4L * own * width);
    Raw.zero(to + 4L * length * width, 4L * (row - length) * width);
    return to;
  }

  private void turn(long from, long to) {
    for (int b = 0; b < row; b += BLOCK) {
      long at = 4L * b * width;
      Transpose.floats(from + at, width, to + at, BLOCK, BLOCK, width);
    }
  }

  @Override
  void score(Queries queries) {
    scores(queries.rows(), width, turnedKeys, queries, probabilities, false);
  }

  @Override
  void mix(Queries queries) {
    product(queries.count(), width, queries.end(), row, width, width, false)
        .run(probabilities, values, spare);
  }

  @Override
  void prepareBackward() {
    turn(values, turnedValues);
  }

  @Override
  void scoreBackward(Queries queries, long dO, int stride) {
    scores(dO, stride, turnedValues, queries, slopes, false);
  }

  @Override
  void spread(Queries queries, long dO, int stride, Gradients into) {
    int count = queries.count();
    product(count, dim, queries.end(), row, width, width, false).run(slopes, keys, into.queries());
    for (int b = 0; b < queries.end(); b += BLOCK) {
      long at = 4L * b * width;
      int seen = Math.min(BLOCK, length - b);
      Transpose.floats(slopes + 4L * b, row, spare, BLOCK, count, seen);
      product(seen, dim, count, BLOCK, width, width, true)
          .run(spare, queries.rows(), into.keys() + at);
      Transpose.floats(probabilities + 4L * b, row, spare, BLOCK, count, seen);
      product(seen, dim, count, BLOCK, stride, width, true).run(spare, dO, into.values() + at);
    }
  }
}
