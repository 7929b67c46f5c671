package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads values one after the other from a mapped file; each is checked against the end before it
/// is believed.
final class Cursor {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long at;

  /// @param file named in errors
  Cursor(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// Returns another at the same place.
  Cursor copy() {
    Cursor copy = new Cursor(file, bytes);
    copy.at = at;
    return copy;
  }

  /// Returns the place of the next value, from the beginning.
  long at() {
    return at;
  }

  /// Returns how many bytes follow.
  long left() {
    return bytes.byteSize() - at;
  }

  /// Reads a number of 32 bits.
  int int32(String field) {
    need(field, Integer.BYTES);
    int value = bytes.get(INT, at);
    at += Integer.BYTES;
    return value;
  }

  /// Reads a count or length of 64 bits that so many bytes each must follow.
  long count(String field, int leastBytes) {
    need(field, Long.BYTES);
    long value = bytes.get(LONG, at);
    at += Long.BYTES;
    if (value < 0 || value > left() / leastBytes) {
      throw corrupt(
          "field '"
              + field
              + "' says "
              + Long.toUnsignedString(value)
              + ", and only "
              + left()
              + " bytes follow");
    }
    return value;
  }

  /// Reads a number of 64 bits that must fit 63.
  long int64(String field) {
    need(field, Long.BYTES);
    long value = bytes.get(LONG, at);
    at += Long.BYTES;
    if (value < 0) {
      throw corrupt(
          "field '" + field + "' must be below 2^63, got " + Long.toUnsignedString(value));
    }
    return value;
  }

  /// Reads a text.
  String text(String field) {
    int length = length(field);
    byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    at += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("field '" + BadInput.brief(field) + "' must be UTF-8 text", e);
    }
  }

  /// Steps over a text.
  void skipText(String field) {
    int length = length(field);
    at += length;
  }

  private int length(String field) {
    long length = count(field, 1);
    if (length > Integer.MAX_VALUE - 16) {
      throw corrupt("field '" + BadInput.brief(field) + "' has a text of " + length + " bytes");
    }
    return (int) length;
  }

  /// Reads a value of a kind that is neither text nor list: [Long], [Double] or [Boolean].
  Object plain(String field, ValueKind kind) {
    need(field, kind.leastBytes());
    Object value =
        switch (kind) {
          case UINT8 -> (long) (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF);
          case INT8 -> (long) bytes.get(ValueLayout.JAVA_BYTE, at);
          case UINT16 -> (long) (bytes.get(SHORT, at) & 0xFFFF);
          case INT16 -> (long) bytes.get(SHORT, at);
          case UINT32 -> Integer.toUnsignedLong(bytes.get(INT, at));
          case INT32 -> (long) bytes.get(INT, at);
          case FLOAT32 -> decimal(Float.intBitsToFloat(bytes.get(INT, at)));
          case BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) != 0;
          case UINT64, INT64 -> bytes.get(LONG, at);
          case FLOAT64 -> Double.longBitsToDouble(bytes.get(LONG, at));
          case STRING, ARRAY -> throw new IllegalStateException(kind.toString());
        };
    at += kind.leastBytes();
    return value;
  }

  /// Returns the number that a float32 was written for: 1e-5, not 9.99999974e-6.
  private static double decimal(float value) {
    return Float.isFinite(value) ? Double.parseDouble(Float.toString(value)) : value;
  }

  /// Steps over so many bytes and returns them.
  MemorySegment slice(String field, long length) {
    need(field, length);
    MemorySegment slice = bytes.asSlice(at, length);
    at += length;
    return slice;
  }

  private void need(String field, long length) {
    if (left() < length) {
      throw corrupt("it ends inside of field '" + BadInput.brief(field) + "'");
    }
  }

  BadInput corrupt(String what) {
    return corrupt(what, null);
  }

  private BadInput corrupt(String what, @Nullable Throwable cause) {
    return corrupt(file, what, cause);
  }

  static BadInput corrupt(Path file, String what, @Nullable Throwable cause) {
    return new BadInput(
        file + ": not a whole GGUF file: " + what + "; download or copy it again", cause);
  }
}
