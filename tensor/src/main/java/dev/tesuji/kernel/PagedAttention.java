package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// Causal attention of parts of prompts, whose keys and values lie in pages of [#PAGE] tokens:
/// reading goes on where it stopped, or where another prompt that began alike was read to.
///
/// A token's sums are the same in the same order whatever part it is read in: they go page by page
/// from the beginning of the prompt. Keys and values are multiplied where they lie, in float32 or
/// in bfloat16 as they are kept: a short part of a long prompt would spend more time on copies of
/// the prompt than on itself. The micro-kernel is asked for few different dimensions, since parts
/// have any length and it keeps code for each ([Brgemm]).
///
/// @param layout of pages, and of queries
/// @param scale what scores are multiplied by
public record PagedAttention(CacheLayout layout, float scale) {
  /// Tokens of a page but a prompt's last.
  public static final int PAGE = CausalAttention.BLOCK;

  /// Some tokens of a prompt that follow one another.
  ///
  /// @param pages the prompt's, up to the last of these tokens at least
  /// @param before how many tokens were read before, which the pages hold
  /// @param start the place of the first one in the row of tokens
  /// @param count how many there are
  public record Part(Stretch[] pages, int before, int start, int count) {
    int length() {
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
          (item, slot) -> {
            Workspace memory = new Workspace(scratch + slot * each, each);
            new Item(parts[item / heads.keys()], item % heads.keys(), memory)
                .attend(tokens, from, out, type);
          });
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
    int width = heads.width();
    long products = Math.max(WidePageProducts.bytes(width), NarrowPageProducts.bytes(width));
    return 4 * PAGE * row(longest) + products;
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
      page.clearValues(at + some, PageProducts.grains(at + some));
      t += some;
    }
  }

  /// One part and one key head, with the query heads that share that.
  private final class Item {
    private final Part part;
    private final int keyHead;
    private final Heads heads = layout.heads();
    private final QueryBlocks blocks;
    private final PageProducts products;

    Item(Part part, int keyHead, Workspace memory) {
      this.part = part;
      this.keyHead = keyHead;
      int row = Math.toIntExact(row(part.length()));
      long probabilities = memory.take(4L * PAGE * row);
      blocks = new QueryBlocks(heads, scale, row, probabilities);
      PagedHead head = new PagedHead(part.pages, part.length(), keyHead, layout, row);
      products =
          layout.isNarrow() && Brgemm.available(Dtype.BFLOAT16)
              ? new NarrowPageProducts(head, probabilities, memory)
              : new WidePageProducts(head, probabilities, memory);
    }

    void attend(int tokens, long from, long out, Dtype type) {
      int shared = heads.queries() / heads.keys();
      int width = heads.width();
      long stride = (long) heads.queries() * heads.dim();
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        long queries = heads.head(from, h, tokens) + 4L * part.start * width;
        for (int q = 0; q < part.count; ) {
          int place = part.before + q;
          int count = QueryBlocks.count(place, part.count - q);
          int pages = QueryBlocks.end(place, count) / PAGE;
          products.scores(queries + 4L * q * width, count, pages);
          blocks.softmax(place, count);
          long mixed = products.mix(count, pages);
          for (int r = 0; r < count; r++) {
            long to = ((part.start + q + r) * stride + (long) h * heads.dim()) * type.bytes();
            CausalAttention.write(mixed + 4L * r * width, out + to, heads.dim(), type);
          }
          q += count;
        }
      }
    }
  }
}
