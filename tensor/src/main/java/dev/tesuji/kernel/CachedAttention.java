package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// Attention of new tokens over what a cache holds of their row, themselves included: pages of a
/// prompt, which rows may share, and a tail of its own. A row has one new token, or several.
///
/// Keys lie turned in blocks of as many tokens as a vector has lanes, `[capacity / lanes, D,
/// lanes]` per key head, so that the scores of a block are one vector; values lie as they come,
/// `[capacity, width]`.
///
/// @param heads the layout of queries
/// @param scale what scores are multiplied by
public record CachedAttention(Heads heads, float scale) {
  /// A stretch of tokens in a cache, for one layer.
  ///
  /// @param keys where `[K, capacity / lanes, D, lanes]` begins
  /// @param values where `[K, capacity, width]` begins
  /// @param capacity tokens that there is room for, a multiple of sixteen
  /// @param length tokens that there are
  public record Stretch(long keys, long values, int capacity, int length) {
    long keysOf(int head, Heads heads) {
      return keys + 4L * head * heads.dim() * capacity;
    }

    long valuesOf(int head, Heads heads) {
      return values + 4L * head * capacity * heads.width();
    }

    /// Returns the floats that a stretch takes.
    public static long elements(Heads heads, int capacity) {
      return (long) heads.keys() * capacity * (heads.dim() + heads.width());
    }

    /// Returns a stretch in memory of [#elements] floats.
    public static Stretch at(long address, Heads heads, int capacity, int length) {
      long values = address + 4L * heads.keys() * heads.dim() * capacity;
      return new Stretch(address, values, capacity, length);
    }

    /// Writes keys and values of some tokens, from `at` on.
    ///
    /// @param from what [Heads#split] made of `tokens` tokens
    /// @param first the first of them to write
    public void write(Heads heads, long from, int tokens, int first, int count, int at) {
      for (int k = 0; k < heads.keys(); k++) {
        long offset = 4L * first * heads.width();
        long key = heads.head(from, heads.queries() + k, tokens) + offset;
        long value = heads.head(from, heads.queries() + heads.keys() + k, tokens) + offset;
        for (int t = 0; t < count; ) {
          int lane = (at + t) % Raw.LANES;
          int some = Math.min(Raw.LANES - lane, count - t);
          long to = keysOf(k, heads) + 4L * ((long) (at + t - lane) * heads.dim() + lane);
          Transpose.floats(
              key + 4L * t * heads.width(), heads.width(), to, Raw.LANES, some, heads.dim());
          t += some;
        }
        long row = valuesOf(k, heads) + 4L * at * heads.width();
        Raw.copy(value, row, 4L * count * heads.width());
      }
    }

    /// Makes the values of some tokens zeros, of which nothing is written yet.
    void clearValues(Heads heads, int from, int to) {
      for (int k = 0; k < heads.keys(); k++) {
        long row = valuesOf(k, heads) + 4L * from * heads.width();
        Raw.zero(row, 4L * (to - from) * heads.width());
      }
    }

    /// Copies the first tokens of another stretch over this one's.
    public void copy(Heads heads, Stretch from, int count) {
      int whole = (count + Raw.LANES - 1) / Raw.LANES * Raw.LANES;
      for (int k = 0; k < heads.keys(); k++) {
        Raw.copy(from.keysOf(k, heads), keysOf(k, heads), 4L * whole * heads.dim());
        Raw.copy(from.valuesOf(k, heads), valuesOf(k, heads), 4L * count * heads.width());
      }
    }
  }

  /// The tokens that a new one sees; the last token of the tail is itself, which is written first.
  ///
  /// @param pages of the prompt, each full but the last
  /// @param prompt how many tokens these hold
  public record Row(Stretch[] pages, int prompt, Stretch tail) {
    private int length() {
      return prompt + tail.length;
    }
  }

  /// Writes new tokens' keys and values, and attends.
  ///
  /// @param rows what tokens see, each at its place; those of one tail follow one another
  /// @param some which of the N tokens attend
  /// @param from what [Heads#split] made of the N tokens
  /// @param out `[N, H D]` of a type
  public void run(Row[] rows, Heads.Some some, long from, long out, Dtype type) {
    int longest = 0;
    long seen = 0;
    boolean several = false; // whether some tail has more than one new token
    for (int r = some.from(); r < some.from() + some.count(); r++) {
      longest = Math.max(longest, rows[r].length());
      seen += rows[r].length();
      several |= r > some.from() && rows[r].tail.keys == rows[r - 1].tail.keys;
    }
    boolean written = several;
    if (written) {
      KernelThreadPool.run(some.count(), (i, _) -> write(rows, some, i, from));
    }
    Profile.count(4 * seen * heads.queries() * heads.dim(), 8 * seen * heads.keys() * heads.dim());
    long each = 4L * (longest + 2 * Raw.LANES + heads.width());
    KernelThreadPool.run(
        some.count(),
        (i, _) -> {
          int r = some.from() + i;
          if (!written) {
            write(rows, some, i, from);
          }
          long scratch = Scratch.of(each);
          for (int h = 0; h < heads.queries(); h++) {
            long q = heads.head(from, h, some.of()) + 4L * r * heads.width();
            long to = out + ((long) r * heads.queries() + h) * heads.dim() * type.bytes();
            attend(rows[r], h, q, scratch, to, type);
          }
        });
  }

  private void write(Row[] rows, Heads.Some some, int i, long from) {
    int r = some.from() + i;
    Stretch tail = rows[r].tail;
    tail.write(heads, from, some.of(), r, 1, tail.length - 1);
  }

  private void attend(Row row, int head, long q, long scratch, long out, Dtype type) {
    int keyHead = head / (heads.queries() / heads.keys());
    int dim = heads.dim();
    int width = heads.width();
    long tail = scratch + 4L * row.prompt;
    int length = row.length();
    // A page's last vector may run over into the scores that come after it.
    long at = scratch;
    for (Stretch page : row.pages) {
      scores(page.keysOf(keyHead, heads), page.length, dim, q, at);
      at += 4L * page.length;
    }
    scores(row.tail.keysOf(keyHead, heads), row.tail.length, dim, q, tail);
    float sum = Vectors.exp(scratch, length, Vectors.max(scratch, length), scale);
    Vectors.scale(scratch, length, 1 / sum);
    long mixed = scratch + 4L * (length + 2 * Raw.LANES);
    Raw.zero(mixed, 4L * width);
    at = scratch;
    for (Stretch page : row.pages) {
      mix(page, page.valuesOf(keyHead, heads), at, mixed);
      at += 4L * page.length;
    }
    mix(row.tail, row.tail.valuesOf(keyHead, heads), tail, mixed);
    CausalAttention.write(mixed, out, dim, type);
  }

  /// Adds Σ_t p_t v_t of a stretch.
  private void mix(Stretch s, long values, long shares, long to) {
    int width = heads.width();
    int c = 0;
    for (; c + 2 * Raw.LANES <= width; c += 2 * Raw.LANES) {
      CachedLoops.mixTwo(values + 4L * c, width, s.length, shares, to + 4L * c);
    }
    if (c < width) {
      CachedLoops.mixOne(values + 4L * c, width, s.length, shares, to + 4L * c);
    }
  }

  /// Computes the scores of whole blocks of keys.
  private static void scores(long keys, int length, int dim, long q, long to) {
    long block = Raw.VECTOR * dim;
    int t = 0;
    for (; t + 2 * Raw.LANES < length; t += 4 * Raw.LANES) {
      CachedLoops.fourBlocks(keys + t / Raw.LANES * block, block, dim, q, to + 4L * t, length - t);
    }
    for (; t < length; t += Raw.LANES) {
      CachedLoops.oneBlock(keys + t / Raw.LANES * block, dim, q, to + 4L * t);
    }
  }
}
