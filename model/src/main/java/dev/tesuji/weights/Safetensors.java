package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.kernel.BlockForm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An open safetensors file, as its [format](https://github.com/huggingface/safetensors#format)
/// defines it.
///
/// Opening reads and checks the header only. A tensor's bytes are mapped into memory piece by piece
/// while they are copied out, so that a checkpoint never stands in memory twice.
public final class Safetensors implements WeightFile {
  /// What transformers asks for.
  static final Map<String, String> METADATA = Map.of("format", "pt");

  private static final long WINDOW = 64 << 20; // bytes mapped at a time; a multiple of every type

  /// Where a tensor lies in the file.
  ///
  /// @param dtype the type of its elements
  /// @param shape its sizes
  /// @param offset its first byte, from the beginning of the file
  /// @param bytes its length
  public record Entry(Dtype dtype, Shape shape, long offset, long bytes) {}

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file, FileChannel channel, Map<String, Entry> entries, Map<String, String> metadata) {
    this.file = file;
    this.channel = channel;
    this.entries = entries;
    this.metadata = metadata;
  }

  /// Opens a file and checks its header against its size.
  ///
  /// @throws BadInput when it is missing, truncated or corrupt
  public static Safetensors open(Path file) {
    FileChannel channel = openChannel(file);
    try {
      SafetensorsHeader header = SafetensorsHeader.read(file, channel);
      return new Safetensors(file, channel, header.entries(), header.metadata());
    } catch (IOException e) {
      closeQuietly(channel);
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return entries.keySet();
  }

  /// Returns the free-form text that the file carries, for instance `format`.
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw BadInput.in(file, "has no tensor '" + BadInput.brief(name) + "'");
    }
    return entry;
  }

  @Override
  public String storedType(String name) {
    return entry(name).dtype().toString();
  }

  @Override
  public @Nullable BlockForm blockForm(String name) {
    return null;
  }

  @Override
  public void readStrips(String name, MemorySegment target) {
    throw BadInput.in(file(), "has no matrix in blocks for '" + BadInput.brief(name) + "'");
  }

  @Override
  public boolean isSame(String name, WeightFile file, String otherName) {
    return file instanceof Safetensors other && hasSameBytes(name, other, otherName);
  }

  private boolean hasSameBytes(String name, Safetensors other, String otherName) {
    Entry a = entry(name);
    Entry b = other.entry(otherName);
    if (a.dtype() != b.dtype() || !a.shape().equals(b.shape())) {
      return false;
    }
    try {
      for (long at = 0; at < a.bytes(); at += WINDOW) {
        long bytes = Math.min(WINDOW, a.bytes() - at);
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment one = channel.map(MapMode.READ_ONLY, a.offset() + at, bytes, arena);
          MemorySegment two = other.channel.map(MapMode.READ_ONLY, b.offset() + at, bytes, arena);
          if (one.mismatch(two) >= 0) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  /// Copies a tensor into memory of its own, owned by the current scope.
  ///
  /// @throws BadInput when the file has no such tensor
  public Tensor read(String name) {
    Entry entry = entry(name);
    Tensor tensor = Tensor.empty(entry.dtype(), entry.shape().sizes());
    readInto(name, tensor);
    return tensor;
  }

  @Override
  public void requireWeight(String name, Shape shape) {
    requireShape(name, shape);
    Dtype dtype = entry(name).dtype();
    if (!dtype.isFloating()) {
      throw BadInput.in(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' must be float32, bfloat16, float16 or float64, got "
              + dtype
              + ": quantised weights are not known; take the model's unquantised weights");
    }
  }

  /// Checks that a tensor has a shape.
  void requireShape(String name, Shape shape) {
    Shape stored = entry(name).shape();
    if (!stored.equals(shape)) {
      throw BadInput.in(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' must have shape "
              + shape
              + ", as config.json says, got "
              + stored);
    }
  }

  /// Copies some rows of a matrix into memory of their own, owned by the current scope.
  Tensor readRows(String name, long from, long rows) {
    Entry entry = entry(name);
    long columns = entry.shape().size(1);
    long width = columns * entry.dtype().bytes();
    Tensor tensor = Tensor.empty(entry.dtype(), rows, columns);
    try (Arena arena = Arena.ofConfined()) {
      long at = entry.offset() + from * width;
      tensor.data().copyFrom(channel.map(MapMode.READ_ONLY, at, rows * width, arena));
      return tensor;
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  // The file is mapped piece by piece: mapped pages count as this process's memory, and a whole
  // embedding of them would stand beside its copy.
  @Override
  public void readInto(String name, Tensor target) {
    Entry entry = entry(name);
    requireShape(name, target.shape());
    if (entry.dtype() == Dtype.FLOAT8 && target.dtype() != Dtype.FLOAT8) {
      throw BadInput.in(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' is of type F8_E4M3, which says nothing without the scales of a quantised model;"
              + " take the unquantised weights");
    }
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      if (!target.isContiguous()) {
        target.copy_(read(name));
        return;
      }
      Tensor flat = target.view(target.elements());
      for (long at = 0; at < entry.bytes(); at += WINDOW) {
        copyPiece(entry, at, Math.min(WINDOW, entry.bytes() - at), flat);
      }
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  /// Copies some bytes of a tensor to where they belong in a flat tensor.
  private void copyPiece(Entry entry, long at, long bytes, Tensor flat) throws IOException {
    Dtype dtype = entry.dtype();
    long elements = bytes / dtype.bytes();
    try (Scope _ = Scope.open();
        Arena arena = Arena.ofConfined()) {
      MemorySegment source = channel.map(MapMode.READ_ONLY, entry.offset() + at, bytes, arena);
      Tensor target = flat.narrow(0, at / dtype.bytes(), elements);
      if (dtype == target.dtype() && target.device().isCpu()) {
        target.data().copyFrom(source);
      } else if (source.address() % dtype.bytes() == 0) {
        target.copy_(Tensor.over(source, dtype, elements));
      } else { // a header of odd length leaves elements unaligned
        Tensor aligned = Tensor.empty(dtype, elements);
        aligned.data().copyFrom(source);
        target.copy_(aligned);
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static FileChannel openChannel(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new BadInput(file + ": no such file", e);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written; a reader that fails to close loses nothing.
    }
  }

  /// Writes tensors to one file, in the map's order, with the metadata that transformers asks for.
  ///
  /// @throws BadInput when the file cannot be written
  public static void write(Path file, Map<String, Tensor> tensors) {
    Map<String, SafetensorsWriter.Form> forms = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> forms.put(name, SafetensorsWriter.Form.of(tensor)));
    SafetensorsWriter.write(file, forms, name -> requireNonNull(tensors.get(name)), METADATA);
  }
}
