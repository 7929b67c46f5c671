package dev.tesuji.kernel;

import static dev.tesuji.kernel.PagedAttention.PAGE;

import dev.tesuji.tensor.Dtype;

/// [PageProducts] with factors in bfloat16: keys and values lie in pages as such products want
/// their right side, and are multiplied where they lie.
///
/// Queries and probabilities are taken in two parts each, as in [NarrowAttention], here one below
/// the other: so one call of the micro-kernel multiplies both, and as the processor works on
/// sixteen rows at once, a few queries cost no more than they did in one part.
///
/// Sums over tokens are over a whole page always, of which the last is filled up with zeros: with
/// AMX the bits of a sum depend on how its terms are cut, 32 and 32 of 64, but 24 and 24 of 48.
final class NarrowPageProducts implements PageProducts {
  private static final int GRAIN = Kernels.LANES / 2; // of queries, so that both parts have LANES

  private final PagedHead head;
  private final long probabilities; // float32 [PAGE, row]
  private final long queryParts; // [2 PAGE, width]
  private final long page; // float32 scores of a page, then parts of probabilities, [2 PAGE, PAGE]
  private final long mixed; // float32 [2 PAGE, width]
  private final int full; // pages that are
  private final long rest; // the values of the page that is not, with zeros behind

  NarrowPageProducts(PagedHead head, long probabilities, Workspace memory) {
    this.head = head;
    this.probabilities = probabilities;
    queryParts = memory.take(4L * PAGE * head.width());
    page = memory.take(8L * PAGE * PAGE);
    mixed = memory.take(8L * PAGE * head.width());
    rest = memory.take(2L * PAGE * head.width());
    full = head.length() / PAGE;
    if (full * PAGE < head.length()) {
      long bytes = 2L * Panels.even(head.held(full)) * head.width();
      Raw.copy(head.values(full), rest, bytes);
      Raw.zero(rest + bytes, 2L * PAGE * head.width() - bytes);
    }
  }

  static long bytes(int width) {
    return 14L * PAGE * width + 8L * PAGE * PAGE;
  }

  /// Returns how many rows each part has.
  private static int rows(int count) {
    return (count + GRAIN - 1) / GRAIN * GRAIN;
  }

  private static TwoParts parts(long at, int rows, int stride) {
    return new TwoParts(at, at + 2L * rows * stride, stride);
  }

  @Override
  public void scores(long queries, int count, int pages) {
    int rows = rows(count);
    int width = head.width();
    parts(queryParts, rows, width).take(queries, width, count, width);
    Brgemm product =
        new Brgemm(Dtype.BFLOAT16, 2L * rows, Raw.LANES, head.dim(), width, Raw.LANES, PAGE, false);
    for (int p = 0; p < pages; p++) {
      for (int t = 0; t < head.held(p); t += Raw.LANES) {
        product.run(queryParts, head.keyBlock(p, t), page + 4L * t);
      }
      long low = page + 4L * rows * PAGE;
      CachedLoops.addPages(page, low, count, probabilities + 4L * p * PAGE, head.row());
    }
  }

  @Override
  public long mix(int count, int pages) {
    int rows = rows(count);
    int width = head.width();
    TwoParts shares = parts(page, rows, PAGE);
    Brgemm product = new Brgemm(Dtype.BFLOAT16, 2L * rows, width, PAGE, PAGE, width, width, true);
    Raw.zero(mixed, 8L * rows * width);
    for (int p = 0; p < pages; p++) {
      shares.take(probabilities + 4L * p * PAGE, head.row(), count, PAGE);
      product.run(page, p < full ? head.values(p) : rest, mixed);
    }
    Vectors.add(mixed + 4L * rows * width, mixed, count * width);
    return mixed;
  }
}
