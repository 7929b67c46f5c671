package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Shape;
import dev.tesuji.weights.Safetensors.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The checked header of a safetensors file.
///
/// Nothing that it claims is believed, and no memory is taken on its word, before it agrees with
/// the size of the file.
///
/// @param entries where each tensor lies, in the order of the header
/// @param metadata the free-form text
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000;
  private static final int MAX_RANK = 8;

  /// Makes the maps unmodifiable.
  SafetensorsHeader {
    entries = Collections.unmodifiableMap(entries);
    metadata = Collections.unmodifiableMap(metadata);
  }

  /// Reads the header of an open file.
  ///
  /// @throws BadInput when it does not describe this file to the last byte
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
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

  private static SafetensorsHeader parse(Path file, String text, long dataStart, long size) {
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
    return new SafetensorsHeader(entries, metadata);
  }

  private static Entry entry(Path file, String name, JsonNode node, long dataStart) {
    JsonNode shape = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("dtype").isString()
        || !areSizes(shape, MAX_RANK)
        || !areSizes(offsets, 2)
        || offsets.size() != 2) {
      throw corrupt(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' must have a dtype, a shape of at most "
              + MAX_RANK
              + " sizes and two data_offsets, got "
              + BadInput.brief(node));
    }
    refuseQuantised(file, name, node.path("dtype").stringValue());
    Dtype dtype;
    Shape sizes = shape(shape);
    long bytes;
    try {
      dtype = Dtype.named(node.path("dtype").stringValue());
      bytes = Shape.times(sizes.elements(), dtype.bytes());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw corrupt(
          file, "tensor '" + BadInput.brief(name) + "': " + BadInput.brief(e.getMessage()), e);
    }
    long begin = offsets.path(0).longValue();
    long end = offsets.path(1).longValue();
    if (end < begin || end - begin != bytes || begin > Long.MAX_VALUE - dataStart) {
      throw corrupt(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' of "
              + dtype
              + " "
              + sizes
              + " cannot lie at bytes "
              + begin
              + " to "
              + end);
    }
    return new Entry(dtype, sizes, dataStart + begin, bytes);
  }

  /// Names types that only quantised weights have, in sound files.
  private static void refuseQuantised(Path file, String name, String type) {
    if (!type.equals(Dtype.FLOAT8.safetensors())
        && type.matches("(F8|F6|F4|E8M0|E5M2|E4M3|I8|I4|U4).*")) {
      throw BadInput.in(
          file,
          "tensor '"
              + BadInput.brief(name)
              + "' is of type "
              + type
              + ": the weights are quantised, and Tesuji reads float32, bfloat16, float16 and float64"
              + " weights, and of quantised ones fp8 (F8_E4M3) only; take the model as it was before, or dequantise it (transformers:"
              + " model.dequantize(), save_pretrained)");
    }
  }

  /// Returns whether a value is a list of at most so many whole numbers from 0 to 2^63 - 1.
  private static boolean areSizes(JsonNode list, int most) {
    if (!list.isArray() || list.size() > most) {
      return false;
    }
    for (JsonNode size : list) {
      if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
        return false;
      }
    }
    return true;
  }

  private static Shape shape(JsonNode list) {
    long[] sizes = new long[list.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = list.path(i).longValue();
    }
    return new Shape(sizes);
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
                + BadInput.brief(e.getKey())
                + "' begins at byte "
                + e.getValue().offset()
                + ", not at "
                + at);
      }
      at += e.getValue().bytes(); // beyond 2^63 it turns negative, where no tensor begins
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
