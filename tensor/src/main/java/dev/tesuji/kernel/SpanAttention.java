package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// Attention of one span over itself and what it continues, by one key head, with the query heads
/// that share that; and the way back. See [CausalAttention].
abstract sealed class SpanAttention permits WideAttention, NarrowAttention {
  static final int BLOCK = CausalAttention.BLOCK;

  final int own; // tokens of the span
  final int before; // tokens that the span continues
  final int length; // of both
  final int row; // of scores: the length in whole blocks
  final int width;
  final int dim;
  final long probabilities; // float32 [BLOCK, row]
  final long slopes; // float32 [BLOCK, row]
  final long spare; // float32, a block of scores or of outputs
  private final long gradients; // dK and dV of a span that continues another, float32 [row, width]
  private final Dtype product; // the type of factors
  private final Heads heads;
  private final Spans spans;
  private final int span;
  private final int start;
  private final int keyHead;
  private final long base; // of the queries, keys and values
  private final QueryBlocks queryBlocks;
  private final Workspace memory;

  /// The span and the head to compute, and the memory for it.
  ///
  /// @param from what [Heads#split] made
  /// @param memory of [CausalAttention#workspaceBytes]
  record Place(int span, int keyHead, long from, Workspace memory) {}

  SpanAttention(CausalAttention attention, Place place) {
    product = attention.product();
    heads = attention.heads();
    spans = attention.spans();
    span = place.span;
    keyHead = place.keyHead;
    base = place.from;
    start = spans.starts()[span];
    before = spans.before(span);
    own = spans.lengths()[span];
    length = before + own;
    row = (length + BLOCK - 1) / BLOCK * BLOCK;
    width = heads.width();
    dim = heads.dim();
    memory = place.memory;
    probabilities = take(4L * BLOCK * row);
    slopes = take(4L * BLOCK * row);
    spare = take(4L * BLOCK * Math.max(BLOCK, width));
    gradients = before == 0 ? 0 : take(8L * row * width);
    queryBlocks = new QueryBlocks(heads, attention.scale(), row, probabilities);
  }

  /// Returns the bytes that every such attention works in.
  ///
  /// @param row keys in whole blocks
  static long bytes(int width, long row, boolean shares) {
    return 8L * BLOCK * row + 4L * BLOCK * Math.max(BLOCK, width) + (shares ? 8 * row * width : 0);
  }

  /// Takes some of the scratch memory, a multiple of a cache line.
  final long take(long bytes) {
    return memory.take(bytes);
  }

  /// Where this span's own rows of a head begin.
  private long rows(long of, int head) {
    return heads.head(of, head, spans.tokens()) + 4L * start * width;
  }

  /// Where the span's own keys begin.
  final long ownKeys() {
    return rows(base, heads.queries() + keyHead);
  }

  final long ownValues() {
    return rows(base, heads.queries() + heads.keys() + keyHead);
  }

  /// Where the keys begin of what the span continues.
  final long keysBefore() {
    return prefix(heads.queries() + keyHead);
  }

  final long valuesBefore() {
    return prefix(heads.queries() + heads.keys() + keyHead);
  }

  private long prefix(int head) {
    int first = spans.starts()[spans.prefixes()[span]];
    return heads.head(base, head, spans.tokens()) + 4L * first * width;
  }

  /// Some queries of a head that follow one another.
  ///
  /// @param place that of the first among the keys
  /// @param end the keys that they see, in whole blocks
  /// @param rows where they are, float32 `[count, width]`
  record Queries(int count, int place, int end, long rows) {}

  private Queries queries(int head, int q) {
    int count = QueryBlocks.count(before + q, own - q);
    int end = QueryBlocks.end(before + q, count);
    return new Queries(count, before + q, end, rows(base, head) + 4L * q * width);
  }

  /// Returns the product of two blocks of factors.
  final Brgemm product(long m, long n, long k, long lda, long ldb, long ldc, boolean add) {
    return new Brgemm(product, m, n, k, lda, ldb, ldc, add);
  }

  /// Multiplies rows of a block of queries by turned blocks, up to the last key that they see.
  ///
  /// @param rows the first of them, of factors
  /// @param stride elements from one row to the next
  /// @param turned `[width, BLOCK]` for each block of keys or values, as products want their right
  ///   side
  final void scores(long rows, int stride, long turned, Queries queries, long to, boolean add) {
    for (int b = 0; b < queries.end(); b += BLOCK) {
      product(queries.count(), BLOCK, dim, stride, BLOCK, row, add)
          .run(rows, turned + (long) product.bytes() * b * width, to + 4L * b);
    }
  }

  /// Multiplies queries by the keys that they see, into [#probabilities].
  abstract void score(Queries queries);

  /// Mixes the values by the probabilities, into [#spare], `[count, width]`.
  abstract void mix(Queries queries);

  /// Makes ready for gradients.
  abstract void prepareBackward();

  /// Multiplies the gradient at outputs by values, into [#slopes].
  ///
  /// @param dO of the first query, `[count, D]`
  /// @param stride elements from one row to the next
  abstract void scoreBackward(Queries queries, long dO, int stride);

  /// Takes the gradients at scores, which are in [#slopes], to queries, keys and values.
  ///
  /// @param dO as before
  /// @param into takes the gradient at the queries, and is added those at keys and values
  abstract void spread(Queries queries, long dO, int stride, Gradients into);

  /// Where gradients go.
  ///
  /// @param queries those at the queries
  /// @param keys of the first key
  /// @param values of the first value
  record Gradients(long queries, long keys, long values) {}

  private void attend(Queries queries) {
    score(queries);
    queryBlocks.softmax(queries.place, queries.count);
  }

  private interface EachBlock {
    void block(int head, int q, Queries queries);
  }

  private void each(EachBlock work) {
    int shared = heads.queries() / heads.keys();
    for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
      for (int q = 0; q < own; ) {
        Queries queries = queries(h, q);
        work.block(h, q, queries);
        q += queries.count;
      }
    }
  }

  final void forward(long out, Dtype type) {
    long stride = (long) heads.queries() * dim;
    each((head, q, queries) -> {
      attend(queries);
      mix(queries);
      for (int r = 0; r < queries.count; r++) {
        long to = out + ((start + q + r) * stride + (long) head * dim) * type.bytes();
        CausalAttention.write(spare + 4L * r * width, to, dim, type);
      }
    });
  }

  final void backward(long dOut, long to, PrefixGradients apart) {
    prepareBackward();
    long dK = rows(to, heads.queries() + keyHead);
    long dV = rows(to, heads.queries() + heads.keys() + keyHead);
    long bytes = 4L * row * width;
    long keys = before == 0 ? dK : gradients;
    long values = before == 0 ? dV : gradients + bytes;
    Raw.zero(keys, 4L * length * width);
    Raw.zero(values, 4L * length * width);
    int stride = heads.queries() * dim;
    each((head, q, queries) -> {
      attend(queries);
      long dO = dOut + 4 * ((long) (start + q) * stride + (long) head * dim);
      scoreBackward(queries, dO, stride);
      queryBlocks.slopes(queries.end, queries.count, slopes);
      Gradients into = new Gradients(rows(to, head) + 4L * q * width, keys, values);
      spread(queries, dO, stride, into);
    });
    if (before > 0) {
      long ownBytes = 4L * own * width;
      long prefixBytes = 4L * before * width;
      Raw.copy(keys + prefixBytes, dK, ownBytes);
      Raw.copy(values + prefixBytes, dV, ownBytes);
      Raw.copy(keys, apart.keys(span, keyHead), prefixBytes);
      Raw.copy(values, apart.values(span, keyHead), prefixBytes);
    }
  }
}
