package dev.tesuji.kernel;

import static dev.tesuji.kernel.PagedAttention.PAGE;

import dev.tesuji.tensor.Dtype;

/// [PageProducts] with factors in float32. Keys and values that are bfloat16 are widened, page by
/// page: where the processor cannot multiply them as they are.
final class WidePageProducts implements PageProducts {
  private final PagedHead head;
  private final long probabilities; // [PAGE, row]
  private final long mixed; // [PAGE, width]
  private final long wide; // keys or values of a page in float32

  WidePageProducts(PagedHead head, long probabilities, Workspace memory) {
    this.head = head;
    this.probabilities = probabilities;
    mixed = memory.take(4L * PAGE * head.width());
    wide = memory.take(4L * PAGE * head.width());
  }

  static long bytes(int width) {
    return 8L * PAGE * width;
  }

  @Override
  public void scores(long queries, int count, int pages) {
    int dim = head.dim();
    Brgemm product =
        new Brgemm(
            Dtype.FLOAT32,
            PageProducts.grains(count),
            Raw.LANES,
            dim,
            head.width(),
            Raw.LANES,
            head.row(),
            false);
    for (int p = 0; p < pages; p++) {
      for (int t = 0; t < head.held(p); t += Raw.LANES) {
        long block = head.keyBlock(p, t);
        if (head.layout().isNarrow()) {
          CachedLoops.widenBlock(block, dim / 2, wide);
          block = wide;
        }
        product.run(queries, block, probabilities + 4L * (p * PAGE + t));
      }
    }
  }

  @Override
  public long mix(int count, int pages) {
    int width = head.width();
    for (int p = 0; p < pages; p++) {
      int tokens = PageProducts.grains(head.held(p));
      long values = head.values(p);
      if (head.layout().isNarrow()) {
        for (int t = 0; t < tokens; t += 2) {
          LayerLoops.unpair(values + 2L * t * width, width, wide + 4L * t * width);
        }
        values = wide;
      }
      int rows = PageProducts.grains(count);
      new Brgemm(Dtype.FLOAT32, rows, width, tokens, head.row(), width, width, p > 0)
          .run(probabilities + 4L * p * PAGE, values, mixed);
    }
    return mixed;
  }
}
