package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// Causal attention of parts of prompts, whose keys and values lie in pages of [#PAGE] tokens:
/// reading goes on where it stopped, or where another prompt that began alike was read to.
///
/// A token's sums are the same in the same order whatever part it is read in: they go page by page
/// from the beginning of the prompt. Keys and values are multiplied where they lie, page by page
/// widened where they are bfloat16: a short part of a long prompt would spend more time on copies
/// of the prompt than on itself. The micro-kernel is asked for few different dimensions, since
/// parts have any length and it keeps code for each ([Brgemm]).
///
/// @param layout of pages, and of queries
/// @param scale what scores are multiplied by
public record PagedAttention(CacheLayout layout, float scale) {
  /// Tokens of a page but a prompt's last.
  public static final int PAGE = CausalAttention.BLOCK;

  // What is behind the last query or token of a page up to a multiple of this is computed with it,
  // for nothing: so there are few dimensions.
  private static final int GRAIN = Kernels.LANES;

  /// Some tokens of a prompt that follow one another.
  ///
  /// @param pages the prompt's, up to the last of these tokens at least
  /// @param before how many tokens were read before, which the pages hold
  /// @param start the place of the first one in the row of tokens
  /// @param count how many there are
  public record Part(Stretch[] pages, int before, int start, int count) {
    private int length() {
      return before + count;
    }
  }

  /// Writes keys and values into the pages, and attends.
  ///
  /// @param tokens N, how many there are in all, those of others included
  /// @param from what [Heads#split] made of them
  /// @param out takes `[N, H D]` of a type
  public void run(Part[] parts, int tokens, long from, long out, Dtype type) {
    Heads heads = layout.heads();
    count(parts);
    KernelThreadPool.run(parts.length, (p, _) -> write(parts[p], tokens, from));
    int longest = Arrays.stream(parts).mapToInt(Part::length).max().orElse(0);
    long each = workspaceBytes(heads, longest);
    try (Scope _ = Scope.open()) {
      long scratch = Raw.address(Tensor.empty(Dtype.UINT8, each * KernelThreadPool.slots()));
      KernelThreadPool.run(
          parts.length * heads.keys(),
          (item, slot) ->
              new Item(parts[item / heads.keys()], item % heads.keys(), scratch + slot * each)
                  .attend(tokens, from, out, type));
    }
  }

  private void count(Part[] parts) {
    Heads heads = layout.heads();
    long pairs = 0;
    long bytes = 0;
    for (Part part : parts) {
      pairs += (long) part.count * part.before + (long) part.count * (part.count + 1) / 2;
      bytes += 2L * layout.type().bytes() * part.length() * heads.keys() * heads.dim();
    }
    Profile.count(4 * pairs * heads.queries() * heads.dim(), bytes);
  }

  /// Returns the bytes that each thread works in.
  ///
  /// @param longest tokens of the longest prompt
  public static long workspaceBytes(Heads heads, long longest) {
    return 4 * (PAGE * row(longest) + 2L * PAGE * heads.width());
  }

  /// Returns the keys in whole pages, of which there is a power of two.
  private static long row(long length) {
    long pages = (length + PAGE - 1) / PAGE;
    return PAGE * (pages <= 1 ? 1 : 2 * Long.highestOneBit(pages - 1));
  }

  private void write(Part part, int tokens, long from) {
    for (int t = 0; t < part.count; ) {
      int at = (part.before + t) % PAGE;
      int some = Math.min(PAGE - at, part.count - t);
      Stretch page = part.pages[(part.before + t) / PAGE];
      page.write(from, tokens, part.start + t, some, at);
      page.clearValues(at + some, grains(at + some));
      t += some;
    }
  }

  private static int grains(int n) {
    return (n + GRAIN - 1) / GRAIN * GRAIN;
  }

  /// One part and one key head.
  private final class Item {
    private final Part part;
    private final int keyHead;
    private final int row;
    private final Heads heads = layout.heads();
    private final int width = heads.width();
    private final long probabilities; // [PAGE, row]
    private final long mixed; // [PAGE, width]
    private final long wide; // keys or values of a page in float32

    Item(Part part, int keyHead, long scratch) {
      this.part = part;
      this.keyHead = keyHead;
      row = Math.toIntExact(row(part.length()));
      probabilities = scratch;
      mixed = probabilities + 4L * PAGE * row;
      wide = mixed + 4L * PAGE * width;
    }

    void attend(int tokens, long from, long out, Dtype type) {
      int shared = heads.queries() / heads.keys();
      long stride = (long) heads.queries() * heads.dim();
      QueryBlocks blocks = new QueryBlocks(heads, scale, row, probabilities);
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        long queries = heads.head(from, h, tokens) + 4L * part.start * width;
        for (int q = 0; q < part.count; ) {
          int place = part.before + q;
          int count = QueryBlocks.count(place, part.count - q);
          int pages = QueryBlocks.end(place, count) / PAGE;
          int computed = grains(count);
          for (int p = 0; p < pages; p++) {
            scores(queries + 4L * q * width, computed, p);
          }
          blocks.softmax(place, count);
          for (int p = 0; p < pages; p++) {
            mix(computed, p);
          }
          for (int r = 0; r < count; r++) {
            long to = ((part.start + q + r) * stride + (long) h * heads.dim()) * type.bytes();
            CausalAttention.write(mixed + 4L * r * width, out + to, heads.dim(), type);
          }
          q += count;
        }
      }
    }

    /// Returns the tokens of a page that are read.
    private int held(int page) {
      return Math.min(PAGE, part.length() - page * PAGE);
    }

    /// Multiplies queries by the keys of a page, which lie turned in blocks of a vector each.
    private void scores(long queries, int count, int p) {
      int dim = heads.dim();
      long keys = part.pages[p].keysOf(keyHead);
      for (int t = 0; t < held(p); t += Raw.LANES) {
        long block = keys + (long) layout.type().bytes() * t * dim;
        if (layout.isNarrow()) {
          CachedLoops.widenBlock(block, dim / 2, wide);
          block = wide;
        }
        new Brgemm(Dtype.FLOAT32, count, Raw.LANES, dim, width, Raw.LANES, row, false)
            .run(queries, block, probabilities + 4L * ((long) p * PAGE + t));
      }
    }

    /// Multiplies probabilities by the values of a page.
    private void mix(int count, int p) {
      int tokens = grains(held(p));
      long values = part.pages[p].valuesOf(keyHead);
      if (layout.isNarrow()) {
        for (int t = 0; t < tokens; t += 2) {
          LayerLoops.unpair(values + 2L * t * width, width, wide + 4L * t * width);
        }
        values = wide;
      }
      new Brgemm(Dtype.FLOAT32, count, width, tokens, row, width, width, p > 0)
          .run(probabilities + 4L * p * PAGE, values, mixed);
    }
  }
}
