package dev.tesuji.weights;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes safetensors files.
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final long CHUNK = 1L << 30; // a ByteBuffer holds less than 2 GiB

  private SafetensorsWriter() {}

  /// The description of a tensor before its data is written.
  ///
  /// @param dtype the type of its elements
  /// @param shape its sizes
  record Form(Dtype dtype, Shape shape) {
    static Form of(Tensor tensor) {
      return new Form(tensor.dtype(), tensor.shape());
    }

    long bytes() {
      return shape.elements() * dtype.bytes();
    }
  }

  /// Writes tensors to one file, in the map's order.
  ///
  /// @param source makes the tensor of a name in the innermost scope; asked for one at a time
  static void write(
      Path file,
      Map<String, Form> forms,
      Function<String, Tensor> source,
      Map<String, String> metadata) {
    byte[] header = header(forms, metadata);
    SafeFiles.replaceByPieces(
        file,
        out -> {
          SafeFiles.writeFully(out, ByteBuffer.wrap(header));
          for (Map.Entry<String, Form> e : forms.entrySet()) {
            try (Scope _ = Scope.open();
                NoGrad _ = NoGrad.on()) {
              writeTensor(out, e.getValue(), source.apply(e.getKey()));
            }
          }
        });
  }

  private static byte[] header(Map<String, Form> forms, Map<String, String> metadata) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ObjectNode meta = root.putObject("__metadata__");
    metadata.forEach(meta::put);
    long at = 0;
    for (Map.Entry<String, Form> e : forms.entrySet()) {
      Form form = e.getValue();
      ObjectNode entry = root.putObject(e.getKey());
      entry.put("dtype", form.dtype().safetensors());
      ArrayNode shape = entry.putArray("shape");
      for (long size : form.shape().sizes()) {
        shape.add(size);
      }
      long end = at + form.bytes();
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = Json.line(root).getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    buffer.put(text);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.array();
  }

  private static void writeTensor(FileChannel out, Form form, Tensor tensor) throws IOException {
    if (!Form.of(tensor).equals(form)) {
      throw new IllegalStateException("a tensor of " + form + " was announced, got " + tensor);
    }
    if (tensor.elements() == 0) {
      return;
    }
    MemorySegment data = tensor.to(Device.CPU).contiguous().data();
    for (long at = 0; at < data.byteSize(); at += CHUNK) {
      SafeFiles.writeFully(
          out, data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer());
    }
  }
}
