package dev.tesuji.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// An archive of files, as `tar` writes one.
final class Tar {
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_AT = 156;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_LENGTH = 155;

  private Tar() {}

  /// Returns the files of an archive as a Java archive.
  ///
  /// @throws IOException when it is none
  static byte[] toJar(byte[] tar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      jar.setLevel(0);
      int at = 0;
      while (at + BLOCK <= tar.length && tar[at] != 0) {
        String prefix = text(tar, at + PREFIX_AT, PREFIX_LENGTH);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(tar, at, 100);
        int size = size(tar, at);
        boolean file = tar[at + TYPE_AT] == '0' || tar[at + TYPE_AT] == 0;
        at += BLOCK;
        if (size < 0 || size > tar.length - at) {
          throw new IOException("an archive that is cut off");
        }
        if (file) {
          jar.putNextEntry(new ZipEntry(name));
          jar.write(tar, at, size);
          jar.closeEntry();
        }
        at += (size + BLOCK - 1) / BLOCK * BLOCK;
      }
    }
    return bytes.toByteArray();
  }

  private static int size(byte[] tar, int at) throws IOException {
    try {
      return Integer.parseInt(text(tar, at + SIZE_AT, SIZE_LENGTH).strip(), 8);
    } catch (NumberFormatException e) {
      throw new IOException("a size that is no number", e);
    }
  }

  private static String text(byte[] tar, int at, int length) {
    int end = at;
    while (end < at + length && tar[end] != 0) {
      end++;
    }
    return new String(tar, at, end - at, StandardCharsets.UTF_8);
  }
}
