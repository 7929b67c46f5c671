package dev.tesuji.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Lines of bytes, which need be no text and may have no end.
final class MessageLines {
  private final InputStream in;
  private final int limit;

  /// Makes them.
  ///
  /// @param limit the most bytes of a line
  MessageLines(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /// Is thrown where a line has more bytes than it may.
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;
  }

  /// Returns the next line without its end, `\n` or `\r\n`; null where there is none.
  ///
  /// @throws TooLong when it is too long
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (line.size() > limit) {
        throw new TooLong();
      }
      line.write(b);
    }
    byte[] bytes = line.toByteArray();
    int length = bytes.length - (bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? 1 : 0);
    if (length > limit) {
      throw new TooLong();
    }
    return Arrays.copyOf(bytes, length);
  }
}
