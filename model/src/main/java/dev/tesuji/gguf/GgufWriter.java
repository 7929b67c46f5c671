package dev.tesuji.gguf;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes GGUF files of version 3, one tensor at a time.
public final class GgufWriter {
  private static final int VERSION = 3;
  private static final int ALIGNMENT = GgufHeader.USUAL_ALIGNMENT;
  private static final int PIECE = 1 << 20; // elements encoded at a time; a multiple of all blocks

  private GgufWriter() {}

  /// A tensor to be written.
  public interface Source {
    /// Returns its name.
    String name();

    /// Returns its sizes, outermost first.
    Shape shape();

    /// Returns the type to write.
    GgufType type();

    /// Makes its values in the innermost scope: of its shape, in any type and on any device.
    Tensor values();
  }

  /// Writes a file; what was there is replaced once all is written.
  ///
  /// @param fields the metadata, in their order
  /// @param tensors asked for their values one after the other
  /// @throws dev.tesuji.check.BadInput when it cannot be written
  public static void write(Path file, Map<String, GgufValue> fields, List<Source> tensors) {
    byte[] header = header(fields, tensors);
    SafeFiles.replaceByPieces(
        file,
        out -> {
          SafeFiles.writeFully(out, ByteBuffer.wrap(header));
          for (Source tensor : tensors) {
            try (Scope _ = Scope.open();
                NoGrad _ = NoGrad.on()) {
              write(out, tensor);
            }
          }
        });
  }

  static byte[] header(Map<String, GgufValue> fields, List<Source> tensors) {
    Bytes out = new Bytes();
    out.int32(GgufHeader.MAGIC);
    out.int32(VERSION);
    out.int64(tensors.size());
    out.int64(fields.size());
    fields.forEach((key, value) -> {
      out.text(key);
      out.value(value);
    });
    long at = 0;
    for (Source tensor : tensors) {
      Shape shape = tensor.shape();
      out.text(tensor.name());
      out.int32(shape.rank());
      for (int i = shape.rank() - 1; i >= 0; i--) {
        out.int64(shape.size(i));
      }
      out.int32(tensor.type().number());
      out.int64(at);
      at = GgufHeader.aligned(at + tensor.type().bytes(shape.elements()), ALIGNMENT);
    }
    out.pad(ALIGNMENT);
    return out.toBytes();
  }

  private static void write(FileChannel out, Source source) throws IOException {
    GgufType type = source.type();
    Tensor tensor = source.values();
    if (!tensor.shape().equals(source.shape())) {
      throw new IllegalStateException(source.name() + " was announced as " + source.shape());
    }
    long count = tensor.elements();
    Tensor flat = tensor.reshape(count);
    float[] values = new float[(int) Math.min(PIECE, count)];
    byte[] bytes = new byte[(int) type.bytes(values.length)];
    for (long at = 0; at < count; at += PIECE) {
      int piece = (int) Math.min(PIECE, count - at);
      try (Scope _ = Scope.open()) {
        Tensor part = flat.narrow(0, at, piece).to(Device.CPU).to(Dtype.FLOAT32);
        MemorySegment data = part.contiguous().data();
        MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, values, 0, piece);
      }
      Quantiser.encode(type, values, piece, bytes);
      SafeFiles.writeFully(out, ByteBuffer.wrap(bytes, 0, (int) type.bytes(piece)));
    }
    long end = out.position();
    SafeFiles.writeFully(
        out, ByteBuffer.allocate((int) (GgufHeader.aligned(end, ALIGNMENT) - end)));
  }

  /// Little-endian bytes.
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void int32(int value) {
      put(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    void int64(long value) {
      put(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int64(bytes.length);
      put(bytes);
    }

    void value(GgufValue value) {
      switch (value) {
        case GgufValue.Text(String text) -> {
          kind(ValueKind.STRING);
          text(text);
        }
        case GgufValue.Whole(int whole) -> {
          kind(ValueKind.UINT32);
          int32(whole);
        }
        case GgufValue.Decimal(float number) -> {
          kind(ValueKind.FLOAT32);
          int32(Float.floatToIntBits(number));
        }
        case GgufValue.Flag(boolean flag) -> {
          kind(ValueKind.BOOL);
          out.write(flag ? 1 : 0);
        }
        case GgufValue.Texts(List<String> texts) -> {
          list(ValueKind.STRING, texts.size());
          texts.forEach(this::text);
        }
        case GgufValue.Wholes(List<Integer> wholes) -> {
          list(ValueKind.INT32, wholes.size());
          wholes.forEach(this::int32);
        }
        case GgufValue.Numbers(List<Float> numbers) -> {
          list(ValueKind.FLOAT32, numbers.size());
          numbers.forEach(n -> int32(Float.floatToIntBits(n)));
        }
      }
    }

    private void kind(ValueKind kind) {
      int32(kind.number());
    }

    private void list(ValueKind kind, int count) {
      kind(ValueKind.ARRAY);
      kind(kind);
      int64(count);
    }

    void pad(int alignment) {
      while (out.size() % alignment != 0) {
        out.write(0);
      }
    }

    private void put(byte[] bytes) {
      out.writeBytes(bytes);
    }

    byte[] toBytes() {
      return out.toByteArray();
    }
  }
}
