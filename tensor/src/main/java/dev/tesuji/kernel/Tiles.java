package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// How rows (tokens) are shared out among cores where each step of the work looks at one row only.
///
/// In tiles, a core takes some rows through all steps while they lie in its own cache, and meets
/// the others once; the weights pass by once for every tile, out of the cache that the cores share.
/// Whole, the cores share every step, and the weights pass by once. Both give the same numbers.
///
/// @param rows how many there are
/// @param each how many a tile has, but the last; all where they are taken whole
public record Tiles(int rows, int each) {
  private static final long LARGE = 2 << 20; // bytes of a core's own cache
  private static final int MOST = Caches.own() < LARGE ? 64 : 128; // rows of a tile
  private static final int FEWEST = 16; // rows that are worth a tile
  private static final int GRAIN = 8; // where no sums cross rows

  /// What tiles must be multiples of where partial sums over rows are kept.
  public static final int SUMMED = 32;

  /// Chooses by what is larger.
  ///
  /// @param weightBytes of the weights that all rows pass
  public static Tiles of(int rows, long weightBytes) {
    return of(rows, weightBytes, GRAIN);
  }

  /// Chooses, for work that sums over rows.
  public static Tiles summed(int rows, long weightBytes) {
    return of(rows, weightBytes, SUMMED);
  }

  private static Tiles of(int rows, long weightBytes, int grain) {
    boolean inCache = weightBytes <= Caches.shared() / 2;
    if (!inCache || rows < FEWEST * KernelThreadPool.slots()) {
      return new Tiles(rows, rows);
    }
    int share = (rows + KernelThreadPool.slots() - 1) / KernelThreadPool.slots();
    return new Tiles(rows, Math.min(MOST, (share + grain - 1) / grain * grain));
  }

  /// Returns whether rows are cut up.
  public boolean cut() {
    return each < rows;
  }

  /// Returns for how many rows there is room on sheets.
  public int places() {
    return cut() ? each * KernelThreadPool.slots() : rows;
  }

  /// Does all rows.
  public void run(Work work) {
    if (cut()) {
      KernelThreadPool.run(
          (rows + each - 1) / each,
          (tile, slot) -> {
            int from = tile * each;
            work.tile(new Tile(from, Math.min(each, rows - from), slot));
          });
    } else {
      work.tile(new Tile(0, rows, 0));
    }
  }

  /// Does some rows.
  @FunctionalInterface
  public interface Work {
    /// Takes a tile through all steps. Kernels that are called here run on one core where the rows
    /// are cut up, and on all where they are not.
    void tile(Tile tile);
  }

  /// Some rows that follow one another.
  ///
  /// @param from the first
  /// @param count how many
  /// @param slot whose sheets may be written on
  public record Tile(int from, int count, int slot) {}

  /// Makes room in the open scope for what exists for one tile at a time.
  ///
  /// @param width elements of a row
  public Place sheets(Dtype type, long width) {
    long bytes = ((long) each * width * type.bytes() + 63) / 64 * 64;
    int sheets = cut() ? KernelThreadPool.slots() : 1;
    return new Sheets(Raw.address(Tensor.empty(Dtype.UINT8, sheets * bytes)), bytes);
  }

  /// Returns where the rows of a matrix are.
  public static Place in(Tensor matrix) {
    return new Matrix(Raw.address(matrix), matrix.size(1) * matrix.dtype().bytes());
  }

  /// Where the rows of tiles are.
  public sealed interface Place {
    /// Returns where a tile's first row is.
    long of(Tile tile);
  }

  /// Room for one tile's rows, once for every slot.
  private record Sheets(long address, long bytes) implements Place {
    @Override
    public long of(Tile tile) {
      return address + tile.slot() * bytes;
    }
  }

  /// All rows, one after the other.
  private record Matrix(long address, long rowBytes) implements Place {
    @Override
    public long of(Tile tile) {
      return address + tile.from() * rowBytes;
    }
  }
}
