package dev.tesuji.labels;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Numbers that follow from words, for draws that are the same each time.
public final class Draws {
  private Draws() {}

  /// Returns the number of a text: the first bytes of its SHA-256.
  public static long number(String text) {
    return ByteBuffer.wrap(digest(text)).getLong();
  }

  /// Returns the SHA-256 of a text, in hexadecimal digits.
  static String sha256(String text) {
    return HexFormat.of().formatHex(digest(text));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
