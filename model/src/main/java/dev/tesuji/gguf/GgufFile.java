package dev.tesuji.gguf;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.kernel.BlockForm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An open GGUF file, as its [format](https://github.com/ggml-org/ggml/blob/master/docs/gguf.md)
/// defines it.
///
/// Opening reads and checks the header only. A tensor's bytes are mapped into memory piece by piece
/// while they are decoded, so that a model never stands in memory twice.
public final class GgufFile implements AutoCloseable {
  private static final String ENDING = ".gguf";
  private static final int PIECE = 1 << 20; // elements decoded at a time; a multiple of all blocks

  private final Path path;
  private final FileChannel channel;
  private final Arena arena;
  private final GgufHeader header;

  private GgufFile(Path path, FileChannel channel, Arena arena, GgufHeader header) {
    this.path = path;
    this.channel = channel;
    this.arena = arena;
    this.header = header;
  }

  /// Returns whether a path is a file with a name that ends in `.gguf`.
  public static boolean isNamed(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING) && Files.isRegularFile(path);
  }

  /// Opens a file and checks its header against its size.
  ///
  /// @throws BadInput when it is missing, truncated or corrupt, or of a type that is not read
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new GgufFile(path, channel, arena, GgufHeader.read(path, bytes));
    } catch (IOException e) {
      close(channel, arena);
      throw InputFiles.failed(path, e);
    } catch (RuntimeException e) {
      close(channel, arena);
      throw e;
    }
  }

  /// Returns its path.
  public Path path() {
    return path;
  }

  /// Returns the metadata.
  public GgufMetadata metadata() {
    return header.metadata();
  }

  /// Returns the tensors by name, in the order of the header.
  public Map<String, GgufTensor> tensors() {
    return header.tensors();
  }

  /// Returns a tensor.
  ///
  /// @throws BadInput when the file has none of that name
  public GgufTensor tensor(String name) {
    GgufTensor tensor = header.tensors().get(name);
    if (tensor == null) {
      throw BadInput.in(path, "has no tensor '" + BadInput.brief(name) + "'");
    }
    return tensor;
  }

  /// Decodes some rows into memory of their own, owned by the current scope: float32 `[rows,
  /// width]`.
  public Tensor rows(GgufTensor tensor, long from, long rows) {
    Tensor values = Tensor.empty(Dtype.FLOAT32, rows, tensor.width());
    decode(tensor, from * tensor.width(), values.view(rows * tensor.width()));
    return values;
  }

  /// Decodes elements over those of a flat tensor, converting them to its type.
  ///
  /// @param from the first element, at the beginning of a block
  /// @param target `[n]`, where n is a multiple of the tensor's block
  public void decode(GgufTensor tensor, long from, Tensor target) {
    long count = target.elements();
    float[] values = new float[(int) Math.min(PIECE, count)];
    try (NoGrad _ = NoGrad.on()) {
      for (long at = 0; at < count; at += PIECE) {
        int piece = (int) Math.min(PIECE, count - at);
        decode(tensor, from + at, values, piece);
        try (Scope _ = Scope.open()) {
          Tensor part = target.narrow(0, at, piece);
          if (part.dtype() == Dtype.FLOAT32 && part.device().isCpu()) {
            MemorySegment.copy(values, 0, part.data(), ValueLayout.JAVA_FLOAT, 0, piece);
          } else {
            Tensor decoded = Tensor.empty(Dtype.FLOAT32, piece);
            MemorySegment.copy(values, 0, decoded.data(), ValueLayout.JAVA_FLOAT, 0, piece);
            part.copy_(decoded);
          }
        }
      }
    }
  }

  /// Returns the form in which kernels multiply a matrix as it is stored; null where it is not in
  /// blocks, or has rows that are no whole ones.
  public @Nullable BlockForm blockForm(GgufTensor tensor) {
    BlockForm form = BlockStrips.form(tensor.type());
    boolean whole = form != null && tensor.width() % form.unit() == 0;
    return whole && tensor.shape().rank() == 2 ? form : null;
  }

  /// Copies a matrix in blocks to memory, in strips of sixteen rows.
  ///
  /// @param rowAt where each row is to come from
  /// @param target the strips; lanes of the last one that no row takes are 0
  /// @throws BadInput when a scale is infinite or no number
  public void readStrips(GgufTensor tensor, IntUnaryOperator rowAt, MemorySegment target) {
    BlockForm form = requireNonNull(blockForm(tensor));
    int rows = Math.toIntExact(tensor.shape().size(0));
    int rowBytes = Math.toIntExact(tensor.type().bytes(tensor.width()));
    int stripBytes = form.stripBytes(Math.toIntExact(tensor.width()));
    try (Arena window = Arena.ofShared()) {
      MemorySegment source =
          channel.map(MapMode.READ_ONLY, tensor.offset(), (long) rows * rowBytes, window);
      boolean finite =
          IntStream.range(0, Math.ceilDiv(rows, BlockForm.LANES))
                  .parallel()
                  .map(s -> {
                    byte[] strip = new byte[stripBytes];
                    byte[] row = new byte[rowBytes];
                    int count = Math.min(BlockForm.LANES, rows - s * BlockForm.LANES);
                    boolean all = true;
                    for (int lane = 0; lane < count; lane++) {
                      long at = (long) rowAt.applyAsInt(s * BlockForm.LANES + lane) * rowBytes;
                      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, row, 0, rowBytes);
                      all &= BlockStrips.write(tensor.type(), form, row, lane, strip);
                    }
                    long to = (long) s * stripBytes;
                    MemorySegment.copy(strip, 0, target, ValueLayout.JAVA_BYTE, to, stripBytes);
                    return all ? 1 : 0;
                  })
                  .min()
                  .orElse(1)
              == 1;
      if (!finite) {
        throw BadInput.in(
            path,
            "tensor '"
                + BadInput.brief(tensor.name())
                + "' has a scale that is infinite or no number: the file is corrupt");
      }
    } catch (IOException e) {
      throw InputFiles.failed(path, e);
    }
  }

  private void decode(GgufTensor tensor, long from, float[] values, int count) {
    GgufType type = tensor.type();
    byte[] bytes = new byte[(int) type.bytes(count)];
    try (Arena window = Arena.ofConfined()) {
      MemorySegment source =
          channel.map(MapMode.READ_ONLY, tensor.offset() + type.bytes(from), bytes.length, window);
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw InputFiles.failed(path, e);
    }
    Blocks.decode(type, bytes, 0, values, count);
  }

  @Override
  public void close() {
    close(channel, arena);
  }

  private static void close(@Nullable FileChannel channel, Arena arena) {
    arena.close();
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written; a reader that fails to close loses nothing.
    }
  }
}
