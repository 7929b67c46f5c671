package dev.tesuji.kernel;

import java.util.List;

/// C = A · B_g over all cores, summed in float32, for rows that lie sorted by group and a right
/// side of every group's own: the products of experts.
///
/// Each item of work is a panel of one group's B and some of its rows. The numbers of a row are
/// those that [MatrixProduct] gives it.
public final class GroupedProduct {
  private static final int RANGE = 512; // rows that are worth a panel of their own

  private GroupedProduct() {}

  /// Multiplies.
  ///
  /// @param a where A `[ends of the last group, depth]` begins, of the panels' type
  /// @param ends for each group, the row behind its last; those of a group begin where the group
  ///   before ends
  /// @param b the right side of each group, all of one depth and width
  /// @param c where C `[ends of the last group, width]` begins, float32
  public static void run(long a, int[] ends, List<? extends Panels> b, long c) {
    int panels = b.getFirst().count();
    int[] items = new int[ends.length];
    for (int g = 0; g < ends.length; g++) {
      items[g] = (g == 0 ? 0 : items[g - 1]) + panels * ranges(ends, g);
    }
    count(ends, b);
    KernelThreadPool.run(
        items[items.length - 1],
        (item, _) -> {
          int g = 0;
          while (item >= items[g]) {
            g++;
          }
          int within = item - (g == 0 ? 0 : items[g - 1]);
          int from = first(ends, g) + within / panels * RANGE;
          int to = Math.min(ends[g], from + RANGE);
          MatrixProduct.panel(b.get(g), within % panels, a, from, to, c);
        });
  }

  private static int first(int[] ends, int group) {
    return group == 0 ? 0 : ends[group - 1];
  }

  private static int ranges(int[] ends, int group) {
    return (ends[group] - first(ends, group) + RANGE - 1) / RANGE;
  }

  private static void count(int[] ends, List<? extends Panels> b) {
    Panels one = b.getFirst();
    long matrix = (long) one.depth() * one.width();
    long operands = 0;
    for (int g = 0; g < ends.length; g++) {
      int rows = ends[g] - first(ends, g);
      operands += rows == 0 ? 0 : (long) rows * one.depth() + matrix;
    }
    long m = ends[ends.length - 1];
    Profile.count(2 * m * matrix, operands * one.type().bytes() + 4 * m * one.width());
  }
}
