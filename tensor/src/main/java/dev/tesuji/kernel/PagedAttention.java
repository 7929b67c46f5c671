package dev.tesuji.kernel;

import dev.tesuji.kernel.CachedAttention.Stretch;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// Causal attention of parts of prompts, whose keys and values lie in pages of [#PAGE] tokens:
/// reading goes on where it stopped, or where another prompt that began alike was read to.
///
/// A token's sums are the same in the same order whatever part it is read in: they go page by page
/// from the beginning of the prompt. The micro-kernel is asked for few different dimensions, since
/// parts have any length and it keeps code for each ([Brgemm]).
///
/// @param heads the layout
/// @param scale what scores are multiplied by
public record PagedAttention(Heads heads, float scale) {
  /// Tokens of a page but a prompt's last.
  public static final int PAGE = CausalAttention.BLOCK;

  private static final int QUERIES =
      16; // are computed at a time, those behind the last for nothing

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

    private int blocks() {
      return (length() + PAGE - 1) / PAGE;
    }
  }

  /// Writes keys and values into the pages, and attends.
  ///
  /// @param tokens N, how many there are in all, those of others included
  /// @param from what [Heads#split] made of them
  /// @param out takes `[N, H D]` of a type
  public void run(Part[] parts, int tokens, long from, long out, Dtype type) {
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
    long pairs = 0;
    long bytes = 0;
    for (Part part : parts) {
      pairs += (long) part.count * part.before + (long) part.count * (part.count + 1) / 2;
      bytes += 8L * part.length() * heads.keys() * heads.dim();
    }
    Profile.count(4 * pairs * heads.queries() * heads.dim(), bytes);
  }

  /// Returns the bytes that each thread works in.
  ///
  /// @param longest tokens of the longest prompt
  public static long workspaceBytes(Heads heads, long longest) {
    long row = row(longest);
    return 4 * (2 * row * heads.width() + PAGE * row + (long) PAGE * heads.width());
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
      page.write(heads, from, tokens, part.start + t, some, at);
      t += some;
    }
  }

  /// One part and one key head.
  private final class Item {
    private final Part part;
    private final int keyHead;
    private final int row;
    private final int width = heads.width();
    private final long probabilities; // [PAGE, row]
    private final long turnedKeys; // Kᵀ by blocks [width, PAGE]
    private final long values; // [row, width]
    private final long spare; // [PAGE, width]
    private final QueryBlocks blocks;

    Item(Part part, int keyHead, long scratch) {
      this.part = part;
      this.keyHead = keyHead;
      row = Math.toIntExact(row(part.length()));
      turnedKeys = scratch;
      values = turnedKeys + 4L * row * width;
      probabilities = values + 4L * row * width;
      spare = probabilities + 4L * PAGE * row;
      blocks = new QueryBlocks(heads, scale, row, turnedKeys, probabilities);
      for (int p = 0; p < part.blocks(); p++) {
        gather(p);
      }
    }

    /// Copies a page's keys, turned already but in smaller blocks, and its values.
    private void gather(int p) {
      Stretch page = part.pages[p];
      int held = Math.min(PAGE, part.length() - p * PAGE);
      long keys = page.keysOf(keyHead, heads);
      long to = turnedKeys + 4L * p * PAGE * width;
      for (int t = 0; t < held; t += Raw.LANES) {
        CachedLoops.spread(keys + 4L * t * heads.dim(), heads.dim(), to + 4L * t, PAGE);
      }
      long at = values + 4L * p * PAGE * width;
      Raw.copy(page.valuesOf(keyHead, heads), at, 4L * held * width);
      Raw.zero(at + 4L * held * width, 4L * (PAGE - held) * width);
    }

    void attend(int tokens, long from, long out, Dtype type) {
      int shared = heads.queries() / heads.keys();
      long stride = (long) heads.queries() * heads.dim();
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        long queries = heads.head(from, h, tokens) + 4L * part.start * width;
        for (int q = 0; q < part.count; ) {
          int place = part.before + q;
          int count = QueryBlocks.count(place, part.count - q);
          int end = QueryBlocks.end(place, count);
          int computed = (count + QUERIES - 1) / QUERIES * QUERIES;
          long first = queries + 4L * q * width;
          blocks.scores(first, width, turnedKeys, end, computed, probabilities);
          blocks.softmax(place, count);
          mix(end, computed);
          for (int r = 0; r < count; r++) {
            long to = ((part.start + q + r) * stride + (long) h * heads.dim()) * type.bytes();
            CausalAttention.write(spare + 4L * r * width, out + to, heads.dim(), type);
          }
          q += count;
        }
      }
    }

    /// Multiplies probabilities by values, page after page.
    private void mix(int end, int count) {
      for (int p = 0; p < end / PAGE; p++) {
        new Brgemm(Dtype.FLOAT32, count, width, PAGE, row, width, width, p > 0)
            .run(probabilities + 4L * p * PAGE, values + 4L * p * PAGE * width, spare);
      }
    }
  }
}
