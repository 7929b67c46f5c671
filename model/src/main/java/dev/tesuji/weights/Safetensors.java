package dev.tesuji.weights;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.Json;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An open safetensors file, as its [format](https://github.com/huggingface/safetensors#format)
/// defines it.
///
/// Opening reads and checks the header only. A tensor's bytes are mapped into memory while they are
/// copied out and no longer, so that a checkpoint never stands in memory twice.
public final class Safetensors implements AutoCloseable {
  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000;

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
      Header header = Header.read(file, channel);
      return new Safetensors(file, channel, header.entries(), header.metadata());
    } catch (IOException e) {
      closeQuietly(channel);
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /// Returns the names of the tensors, in the order of the header.
  public Set<String> names() {
    return entries.keySet();
  }

  /// Returns the free-form text that the file carries, for instance `format`.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// Returns where a tensor lies.
  ///
  /// @throws BadInput when the file has no such tensor
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw BadInput.in(file, "has no tensor '" + name + "'");
    }
    return entry;
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

  /// Copies a tensor's elements over an existing tensor of its shape, converting their type.
  ///
  /// @throws BadInput when the file has no such tensor or it has another shape
  public void readInto(String name, Tensor target) {
    Entry entry = entry(name);
    if (!entry.shape().equals(target.shape())) {
      throw BadInput.in(
          file,
          "tensor '"
              + name
              + "' must have shape "
              + target.shape()
              + ", as config.json says, got "
              + entry.shape());
    }
    if (entry.bytes() == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, entry.offset(), entry.bytes(), arena);
      if (entry.dtype() == target.dtype() && target.isContiguous()) {
        target.data().copyFrom(bytes);
      } else {
        copyConverting(entry, bytes, target);
      }
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  private static void copyConverting(Entry entry, MemorySegment bytes, Tensor target) {
    try (dev.tesuji.tensor.Scope _ = dev.tesuji.tensor.Scope.open();
        dev.tesuji.tensor.NoGrad _ = dev.tesuji.tensor.NoGrad.on()) {
      if (bytes.address() % entry.dtype().bytes() == 0) {
        target.copy_(Tensor.over(bytes, entry.dtype(), entry.shape().sizes()));
      } else { // a header of odd length leaves elements unaligned
        Tensor aligned = Tensor.empty(entry.dtype(), entry.shape().sizes());
        aligned.data().copyFrom(bytes);
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
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
  }

  /// The checked header of a file.
  private record Header(Map<String, Entry> entries, Map<String, String> metadata) {
    static Header read(Path file, FileChannel channel) throws IOException {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw corrupt(file, "has " + size + " bytes, too few for a header");
      }
      long length = readFully(channel, 0, LENGTH_BYTES).getLong();
      if (length < 2 || length > MAX_HEADER || length > size - LENGTH_BYTES) {
        throw corrupt(
            file, "says that its header has " + length + " bytes in a file of " + size + " bytes");
      }
      byte[] text = readFully(channel, LENGTH_BYTES, (int) length).array();
      return parse(file, new String(text, StandardCharsets.UTF_8), LENGTH_BYTES + length, size);
    }

    private static ByteBuffer readFully(FileChannel channel, long from, int bytes)
        throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, from + buffer.position()) < 0) {
          throw new IOException("the file ended early");
        }
      }
      return buffer.flip();
    }

    private static Header parse(Path file, String text, long dataStart, long size) {
      JsonNode root;
      try {
        root = Json.MAPPER.readTree(text);
      } catch (JacksonException e) {
        throw corrupt(file, "its header is not valid JSON", e);
      }
      if (!(root instanceof ObjectNode object)) {
        throw corrupt(file, "its header is not a JSON object");
      }
      Map<String, Entry> entries = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getKey().equals("__metadata__")) {
          field
              .getValue()
              .properties()
              .forEach(e -> metadata.put(e.getKey(), e.getValue().asString("")));
        } else {
          entries.put(field.getKey(), entry(file, field.getKey(), field.getValue(), dataStart));
        }
      }
      checkLayout(file, entries, dataStart, size);
      return new Header(
          Collections.unmodifiableMap(entries), Collections.unmodifiableMap(metadata));
    }

    private static Entry entry(Path file, String name, JsonNode node, long dataStart) {
      JsonNode offsets = node.path("data_offsets");
      JsonNode shape = node.path("shape");
      if (!node.path("dtype").isString()
          || !shape.isArray()
          || offsets.size() != 2
          || !offsets.get(0).canConvertToLong()
          || !offsets.get(1).canConvertToLong()) {
        throw corrupt(file, "tensor '" + name + "' lacks dtype, shape or data_offsets");
      }
      Dtype dtype;
      long[] sizes = new long[shape.size()];
      long elements = 1;
      try {
        dtype = Dtype.named(node.path("dtype").stringValue());
        for (int i = 0; i < sizes.length; i++) {
          sizes[i] = shape.get(i).longValue();
          if (sizes[i] < 0) {
            throw new ArithmeticException("negative size");
          }
          elements = Math.multiplyExact(elements, sizes[i]);
        }
        elements = Math.multiplyExact(elements, dtype.bytes());
      } catch (IllegalArgumentException | ArithmeticException | JacksonException e) {
        throw corrupt(file, "tensor '" + name + "': " + e.getMessage(), e);
      }
      long begin = offsets.get(0).longValue();
      long end = offsets.get(1).longValue();
      if (begin < 0 || end < begin || end - begin != elements) {
        throw corrupt(
            file,
            "tensor '"
                + name
                + "' of "
                + dtype
                + " "
                + new Shape(sizes)
                + " cannot lie at bytes "
                + begin
                + " to "
                + end);
      }
      return new Entry(dtype, new Shape(sizes), Math.addExact(dataStart, begin), end - begin);
    }

    /// Checks that the tensors follow each other without holes and end with the file.
    private static void checkLayout(
        Path file, Map<String, Entry> entries, long dataStart, long size) {
      List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
      order.sort(
          Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().offset())
              .thenComparingLong(e -> e.getValue().bytes()));
      long at = dataStart;
      for (Map.Entry<String, Entry> e : order) {
        if (e.getValue().offset() != at) {
          throw corrupt(
              file,
              "tensor '"
                  + e.getKey()
                  + "' begins at byte "
                  + e.getValue().offset()
                  + ", not at "
                  + at);
        }
        at += e.getValue().bytes();
      }
      if (at != size) {
        throw corrupt(
            file,
            at > size
                ? "it is truncated: its header describes " + at + " bytes and it has " + size
                : "it has " + (size - at) + " bytes after its last tensor");
      }
    }

    private static BadInput corrupt(Path file, String what) {
      return corrupt(file, what, null);
    }

    private static BadInput corrupt(Path file, String what, @Nullable Throwable cause) {
      return new BadInput(
          file + ": not a whole safetensors file: " + what + "; download or copy it again", cause);
    }
  }
}
