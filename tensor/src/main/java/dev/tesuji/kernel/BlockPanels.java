package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// B = Wᵀ for a weight W `[width, depth]` that is kept in blocks, as files of quantised models have
/// it, or in bfloat16: multiplied as it is by few rows, widened panel by panel, in the core's
/// cache, for many.
///
/// Outputs lie in strips of sixteen ([BlockForm]), and those of one part one after the other. All
/// ways to multiply take the same sums in the same order: a row's bits do not depend on how many
/// rows stand beside it, and are those of the widened matrix.
///
/// @param parts the strips, in the order of outputs
/// @param depth inputs
/// @param width outputs; the last strip may have some that do not count
public record BlockPanels(List<Part> parts, int depth, int width) implements Panels {
  static final int STRIP = BlockForm.LANES;

  /// Some strips of one form.
  ///
  /// @param form how weights are kept
  /// @param address where they begin
  /// @param strips how many there are
  public record Part(BlockForm form, long address, int strips) {}

  /// Copies the list.
  public BlockPanels {
    parts = List.copyOf(parts);
    for (Part p : parts) {
      if (depth % p.form.unit() != 0) {
        throw new IllegalArgumentException(
            "depth must be a multiple of " + p.form.unit() + ", got " + depth);
      }
    }
  }

  /// Returns the bytes of the memory that a weight in bfloat16 takes.
  public static long narrowBytes(long depth, long width) {
    return Math.ceilDiv(width, STRIP) * STRIP * depth * 2;
  }

  /// Puts a weight in bfloat16 into strips, to be multiplied in float32 at half its traffic.
  ///
  /// @param w bfloat16 `[width, depth]`, the depth a multiple of sixteen
  /// @param memory of [#narrowBytes]
  public static BlockPanels narrow(Tensor w, Tensor memory) {
    int width = Math.toIntExact(w.size(0));
    int depth = Math.toIntExact(w.size(1));
    int strips = Math.ceilDiv(width, STRIP);
    long from = Raw.address(w, Dtype.BFLOAT16, (long) width * depth);
    long to = Raw.address(memory, Dtype.UINT8, narrowBytes(depth, width));
    KernelThreadPool.run(
        strips,
        (s, _) -> {
          long strip = to + (long) s * BlockForm.NARROW.stripBytes(depth);
          for (int o = 0; o < STRIP; o++) {
            int output = s * STRIP + o;
            for (int k = 0; k < depth; k++) {
              short bits =
                  output < width ? Raw.getShort(from + 2 * ((long) output * depth + k)) : 0;
              Raw.setShort(strip + 2L * (k * STRIP + o), bits);
            }
          }
        });
    return new BlockPanels(List.of(new Part(BlockForm.NARROW, to, strips)), depth, width);
  }

  @Override
  public Dtype type() {
    return Dtype.FLOAT32;
  }

  @Override
  public int stride(int columns) {
    return Math.ceilDiv(columns, STRIP) * STRIP;
  }

  @Override
  public long scratchBytes() {
    return Panels.super.scratchBytes() + scaleBytes(1);
  }

  @Override
  public long storedBytes() {
    return parts.stream().mapToLong(p -> (long) p.strips * p.form.stripBytes(depth)).sum();
  }

  @Override
  public long part(int column, int columns, int from, int rows, long scratch) {
    long scales = scratch + Panels.super.scratchBytes();
    for (int c = 0; c < columns; c += STRIP) {
      BlockLoops.Strips strip = strips((column + c) / STRIP, 1, from, rows, scales);
      widen(form((column + c) / STRIP), strip, scratch + 4L * c, 4L * stride(columns));
    }
    return scratch;
  }

  private static void widen(BlockForm form, BlockLoops.Strips strip, long to, long stride) {
    for (int o = 0; o < STRIP; o += Raw.LANES) {
      widenVector(form, strip.from(o, form.step()), to + 4L * o, stride);
    }
  }

  private static void widenVector(BlockForm form, BlockLoops.Strips s, long to, long stride) {
    if (form.bits() == 16) {
      BlockLoops.sixteen(s, to, stride);
    } else if (form.bits() == 8) {
      if (form.least()) {
        BlockLoops.eightLeast(s, to, stride);
      } else {
        BlockLoops.eight(s, to, stride);
      }
    } else if (form.least()) {
      BlockLoops.fourLeast(s, to, stride);
    } else {
      BlockLoops.four(s, to, stride);
    }
  }

  /// Returns the form of a strip.
  BlockForm form(int strip) {
    return place(strip).form;
  }

  /// Returns the part that a strip begins, and what follows of it.
  private Part place(int strip) {
    int before = 0;
    for (Part p : parts) {
      if (strip < before + p.strips) {
        long at = p.address + (long) (strip - before) * p.form.stripBytes(depth);
        return new Part(p.form, at, before + p.strips - strip);
      }
      before += p.strips;
    }
    throw new IndexOutOfBoundsException("strip " + strip + " of " + before);
  }

  /// Returns how many strips from one on are of its part.
  int alike(int strip) {
    return place(strip).strips;
  }

  /// Returns the bytes that the widened scales of so many strips take.
  long scaleBytes(int strips) {
    return 4L * strips * depth / 16 * 2 * STRIP;
  }

  /// Widens the scales of some inputs of strips of one part.
  ///
  /// @param from the first input, a multiple of 256
  /// @param rows how many inputs
  /// @param scales takes the scales, of one strip after the other
  BlockLoops.Strips strips(int strip, int count, int from, int rows, long scales) {
    Part place = place(strip);
    BlockForm form = place.form;
    int next = form.stripBytes(depth);
    int groups = rows / form.group();
    long each = 4L * groups * form.widened();
    for (int s = 0; s < count; s++) {
      scales(form, place.address + (long) s * next, from, rows, scales + s * each);
    }
    long q = place.address + form.scaleBytes(depth) + (long) from * form.bits() * STRIP / 8;
    return new BlockLoops.Strips(q, scales, groups, form.group(), next);
  }

  private static void scales(BlockForm form, long strip, int from, int rows, long to) {
    long at = strip + form.scaleBytes(from);
    if (!form.twice()) {
      ScaleLoops.halves(at, rows / form.group() * form.widened(), to);
      return;
    }
    int groups = BlockForm.SUPER / form.group();
    for (int k = 0; k < rows; k += BlockForm.SUPER) {
      long codes = at + form.scaleBytes(k);
      long out = to + 4L * (k / form.group()) * form.widened();
      for (int o = 0; o < STRIP; o += Raw.LANES) {
        if (form.least()) {
          ScaleLoops.scaledLeast(codes, o, groups, out);
        } else {
          ScaleLoops.scaled(codes, o, groups, out);
        }
      }
    }
  }

  /// Widens one output's weights, or the row of an embedding.
  ///
  /// @param to takes float32 `[depth]`
  void row(int output, long to) {
    long bytes = 4L * STRIP * depth;
    long scratch = Scratch.of(bytes + scaleBytes(1));
    int strip = output / STRIP;
    widen(form(strip), strips(strip, 1, 0, depth, scratch + bytes), scratch, 4L * STRIP);
    for (int k = 0; k < depth; k++) {
      Raw.set(to + 4L * k, Raw.get(scratch + 4L * ((long) k * STRIP + output % STRIP)));
    }
  }

  /// Widens rows of an embedding.
  ///
  /// @param to takes float32 `[rows, depth]`
  public void gather(int[] which, long to) {
    KernelThreadPool.run(which.length, (r, _) -> row(which[r], to + 4L * r * depth));
  }
}
