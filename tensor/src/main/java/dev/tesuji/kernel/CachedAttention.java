package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// Attention of new tokens over what a cache holds of their row, themselves included: full pages
/// and those of a prompt, which rows may share, and a page that grows. A row has one new token, or
/// several.
///
/// It is computed in float32; keys and values in bfloat16 are widened in registers.
///
/// @param layout of what the cache holds, and of queries
/// @param scale what scores are multiplied by
public record CachedAttention(CacheLayout layout, float scale) {
  /// The tokens that a new one sees; the last token of the tail is itself, which is written first.
  ///
  /// @param pages before the tail
  /// @param before how many tokens these hold
  public record Row(Stretch[] pages, int before, Stretch tail) {
    private int length() {
      return before + tail.length();
    }

    private boolean sharesTail(Row other) {
      return tail.keys() == other.tail.keys();
    }

    /// Returns whether this token follows another of the same sequence: its tail may begin where
    /// the other's is full.
    private boolean follows(Row other) {
      return sharesTail(other)
          || (pages.length > 0 && pages[pages.length - 1].keys() == other.tail.keys());
    }
  }

  /// Writes new tokens' keys and values, and attends.
  ///
  /// @param rows what tokens see, each at its place; those of one tail follow one another
  /// @param some which of the N tokens attend
  /// @param from what [Heads#split] made of the N tokens
  /// @param out `[N, H D]` of a type
  public void run(Row[] rows, Heads.Some some, long from, long out, Dtype type) {
    Heads heads = layout.heads();
    int longest = 0;
    long seen = 0;
    boolean several = false; // whether some sequence has more than one new token
    for (int r = some.from(); r < some.from() + some.count(); r++) {
      longest = Math.max(longest, rows[r].length());
      seen += rows[r].length();
      several |= r > some.from() && rows[r].follows(rows[r - 1]);
    }
    boolean written = several;
    if (written) {
      KernelThreadPool.run(some.count(), (i, _) -> writeTail(rows, some, i, from));
    }
    long bytes = 2L * layout.type().bytes() * seen * heads.keys() * heads.dim();
    Profile.count(4 * seen * heads.queries() * heads.dim(), bytes);
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

  /// Returns whether a token is the first new one of its tail.
  private static boolean isFirst(Row[] rows, Heads.Some some, int r) {
    return r == some.from() || !rows[r].sharesTail(rows[r - 1]);
  }

  /// Writes all tokens of the tail that one begins, in their order: two may lie in one pair.
  private void writeTail(Row[] rows, Heads.Some some, int i, long from) {
    int r = some.from() + i;
    if (!isFirst(rows, some, r)) {
      return;
    }
    int end = some.from() + some.count();
    do {
      write(rows, some, r - some.from(), from);
      r++;
    } while (r < end && !isFirst(rows, some, r));
  }

  private void write(Row[] rows, Heads.Some some, int i, long from) {
    int r = some.from() + i;
    Stretch tail = rows[r].tail;
    tail.write(from, some.of(), r, 1, tail.length() - 1);
  }

  private void attend(Row row, int head, long q, long scratch, long out, Dtype type) {
    Heads heads = layout.heads();
    int keyHead = head / (heads.queries() / heads.keys());
    int width = heads.width();
    long tail = scratch + 4L * row.before;
    int length = row.length();
    // A page's last vector may run over into the scores that come after it.
    long at = scratch;
    for (Stretch page : row.pages) {
      scores(page, keyHead, q, at);
      at += 4L * page.length();
    }
    scores(row.tail, keyHead, q, tail);
    float sum = Vectors.exp(scratch, length, Vectors.max(scratch, length), scale);
    Vectors.scale(scratch, length, 1 / sum);
    long mixed = scratch + 4L * (length + 2 * Raw.LANES);
    Raw.zero(mixed, 4L * width);
    at = scratch;
    for (Stretch page : row.pages) {
      mix(page, keyHead, at, mixed);
      at += 4L * page.length();
    }
    mix(row.tail, keyHead, tail, mixed);
    CausalAttention.write(mixed, out, heads.dim(), type);
  }

  /// Adds Σ_t p_t v_t of a stretch.
  private void mix(Stretch s, int keyHead, long shares, long to) {
    int width = layout.heads().width();
    long values = s.valuesOf(keyHead);
    int c = 0;
    for (; c + 2 * Raw.LANES <= width; c += 2 * Raw.LANES) {
      long at = values + 4L * c;
      if (layout.isNarrow()) {
        CachedLoops.mixTwoNarrow(at, width, s.length(), shares, to + 4L * c);
      } else {
        CachedLoops.mixTwo(at, width, s.length(), shares, to + 4L * c);
      }
    }
    if (c < width) {
      long at = values + 4L * c;
      if (layout.isNarrow()) {
        CachedLoops.mixOneNarrow(at, width, s.length(), shares, to + 4L * c);
      } else {
        CachedLoops.mixOne(at, width, s.length(), shares, to + 4L * c);
      }
    }
  }

  /// Computes the scores of whole blocks of keys.
  private void scores(Stretch s, int keyHead, long q, long to) {
    int dim = layout.heads().dim();
    int rows = layout.isNarrow() ? dim / 2 : dim; // of a block, a vector each
    long keys = s.keysOf(keyHead);
    long block = Raw.VECTOR * rows;
    int length = s.length();
    int t = 0;
    for (; t + 2 * Raw.LANES < length; t += 4 * Raw.LANES) {
      long at = keys + t / Raw.LANES * block;
      if (layout.isNarrow()) {
        CachedLoops.fourBlocksNarrow(at, rows, q, to + 4L * t, length - t);
      } else {
        CachedLoops.fourBlocks(at, block, dim, q, to + 4L * t, length - t);
      }
    }
    for (; t < length; t += Raw.LANES) {
      long at = keys + t / Raw.LANES * block;
      if (layout.isNarrow()) {
        CachedLoops.oneBlockNarrow(at, rows, q, to + 4L * t);
      } else {
        CachedLoops.oneBlock(at, dim, q, to + 4L * t);
      }
    }
  }
}
