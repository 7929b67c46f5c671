package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The checked header of a file: metadata and the places of tensors.
///
/// Nothing that it claims is believed, and no memory is taken on its word, before it agrees with
/// the size of the file.
///
/// @param metadata the fields
/// @param tensors the tensors by name, in the order of the header
record GgufHeader(GgufMetadata metadata, Map<String, GgufTensor> tensors) {
  static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  static final String ALIGNMENT = "general.alignment";
  static final int USUAL_ALIGNMENT = 32;

  private static final int MOST_DIMENSIONS = 4;
  private static final int LARGEST_ALIGNMENT = 1 << 20;
  private static final int LEAST_FIELD = 8 + 4 + 1; // bytes: key, kind, value
  private static final int LEAST_TENSOR = 8 + 4 + 4 + 8; // bytes: name, rank, type, offset

  /// Makes the map unmodifiable.
  GgufHeader {
    tensors = Collections.unmodifiableMap(tensors);
  }

  /// Reads the header of a mapped file.
  ///
  /// @throws BadInput when it does not describe this file
  static GgufHeader read(Path file, MemorySegment bytes) {
    Cursor cursor = new Cursor(file, bytes);
    requireVersion(file, cursor);
    long tensors = cursor.count("tensor_count", LEAST_TENSOR);
    long fields = cursor.count("metadata_kv_count", LEAST_FIELD);
    Map<String, Object> values = new LinkedHashMap<>();
    for (long i = 0; i < fields; i++) {
      String key = cursor.text("key " + i + " of the metadata");
      if (values.put(key, value(cursor, key)) != null) {
        throw cursor.corrupt("field '" + BadInput.brief(key) + "' is there twice");
      }
    }
    GgufMetadata metadata = new GgufMetadata(file, values);
    List<GgufTensor> found = new ArrayList<>();
    for (long i = 0; i < tensors; i++) {
      found.add(tensor(file, cursor, i));
    }
    return new GgufHeader(
        metadata, placed(file, found, cursor.at(), alignment(metadata), bytes.byteSize()));
  }

  private static void requireVersion(Path file, Cursor cursor) {
    if (cursor.left() < 24) {
      throw cursor.corrupt("has " + cursor.left() + " bytes, too few for a header");
    }
    if (cursor.int32("magic") != MAGIC) {
      throw BadInput.in(file, "must begin with the letters GGUF; it is no GGUF file");
    }
    int version = cursor.int32("version");
    if (version != 2 && version != 3) {
      boolean swapped = Integer.reverseBytes(version) == 3 || Integer.reverseBytes(version) == 2;
      throw BadInput.in(
          file,
          swapped
              ? "field 'version': the file is big-endian, and Tesuji reads little-endian files only"
              : "field 'version' must be 2 or 3, got "
                  + Integer.toUnsignedString(version)
                  + "; convert the model again with a current tool");
    }
  }

  private static Object value(Cursor cursor, String key) {
    ValueKind kind = kind(cursor, key);
    return switch (kind) {
      case STRING -> cursor.text(key);
      case ARRAY -> array(cursor, key);
      default -> cursor.plain(key, kind);
    };
  }

  private static ValueKind kind(Cursor cursor, String key) {
    int number = cursor.int32(key);
    ValueKind kind = ValueKind.of(number);
    if (kind == null) {
      throw cursor.corrupt(
          "field '"
              + BadInput.brief(key)
              + "' is of kind "
              + Integer.toUnsignedString(number)
              + ", which there is not");
    }
    return kind;
  }

  private static GgufArray array(Cursor cursor, String key) {
    ValueKind kind = kind(cursor, key);
    if (kind == ValueKind.ARRAY) {
      throw cursor.corrupt("field '" + BadInput.brief(key) + "' is a list of lists");
    }
    long count = cursor.count(key, kind.leastBytes());
    if (count > Integer.MAX_VALUE - 16) {
      throw cursor.corrupt("field '" + BadInput.brief(key) + "' has " + count + " values");
    }
    if (kind != ValueKind.STRING) {
      MemorySegment bytes = cursor.slice(key, count * kind.leastBytes());
      return new GgufArray(kind, (int) count, bytes);
    }
    Cursor end = cursor.copy();
    for (long i = 0; i < count; i++) {
      end.skipText(key);
    }
    return new GgufArray(kind, (int) count, cursor.slice(key, end.at() - cursor.at()));
  }

  /// Reads a tensor's description; its offset is from the beginning of the data.
  private static GgufTensor tensor(Path file, Cursor cursor, long index) {
    String name = cursor.text("name of tensor " + index);
    String field = "tensor '" + BadInput.brief(name) + "'";
    int rank = cursor.int32(field);
    if (rank < 1 || rank > MOST_DIMENSIONS) {
      throw cursor.corrupt(
          field + " must have from 1 to " + MOST_DIMENSIONS + " dimensions, got " + rank);
    }
    long[] sizes = new long[rank];
    for (int i = rank - 1; i >= 0; i--) {
      sizes[i] = cursor.int64(field);
      if (sizes[i] < 1) {
        throw cursor.corrupt(field + " must have sizes from 1, got " + sizes[i]);
      }
    }
    int number = cursor.int32(field);
    GgufType type = GgufType.of(number);
    if (type == null) {
      throw BadInput.in(
          file,
          field
              + " is of type "
              + GgufType.nameOf(number)
              + ", and Tesuji reads F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and"
              + " Q6_K; take another quantisation of the model, such as Q4_K_M or Q8_0");
    }
    Shape shape = new Shape(sizes);
    long offset = cursor.int64(field);
    try {
      long elements = shape.elements();
      if (sizes[rank - 1] % type.blockElements() != 0) {
        throw cursor.corrupt(
            field
                + " of type "
                + type
                + " must have rows of whole blocks of "
                + type.blockElements()
                + ", got rows of "
                + sizes[rank - 1]);
      }
      return new GgufTensor(name, type, shape, offset, type.bytes(elements));
    } catch (ArithmeticException e) {
      throw Cursor.corrupt(file, field + " of shape " + shape + " has too many elements", e);
    }
  }

  private static int alignment(GgufMetadata metadata) {
    int alignment = metadata.whole(ALIGNMENT, USUAL_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1 || alignment > LARGEST_ALIGNMENT) {
      throw metadata.bad(ALIGNMENT, "must be a power of two up to " + LARGEST_ALIGNMENT, alignment);
    }
    return alignment;
  }

  /// Checks that the tensors follow each other, each aligned, inside of the file.
  private static Map<String, GgufTensor> placed(
      Path file, List<GgufTensor> found, long headerEnd, int alignment, long size) {
    long start = aligned(headerEnd, alignment);
    List<GgufTensor> order = new ArrayList<>(found);
    order.sort(Comparator.comparingLong(GgufTensor::offset));
    long at = 0;
    for (GgufTensor tensor : order) {
      if (tensor.offset() != at) {
        throw Cursor.corrupt(
            file,
            "tensor '"
                + BadInput.brief(tensor.name())
                + "' begins at byte "
                + tensor.offset()
                + " of the data, not at "
                + at
                + ", where the one before it ends",
            null);
      }
      if (tensor.bytes() > size - start - at) {
        throw Cursor.corrupt(
            file,
            "tensor '"
                + BadInput.brief(tensor.name())
                + "' of "
                + tensor.bytes()
                + " bytes goes beyond the end of the file, which has "
                + size
                + " bytes",
            null);
      }
      at = aligned(at + tensor.bytes(), alignment);
    }
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (GgufTensor t : found) {
      GgufTensor there =
          new GgufTensor(t.name(), t.type(), t.shape(), start + t.offset(), t.bytes());
      if (tensors.put(t.name(), there) != null) {
        throw Cursor.corrupt(
            file, "tensor '" + BadInput.brief(t.name()) + "' is there twice", null);
      }
    }
    return tensors;
  }

  static long aligned(long at, int alignment) {
    return (at + alignment - 1) / alignment * alignment;
  }
}
