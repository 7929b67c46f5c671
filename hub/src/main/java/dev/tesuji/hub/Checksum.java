package dev.tesuji.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// The hashes that etags are: SHA-256 of a large file, and git's SHA-1 of any other.
final class Checksum {
  private static final int BUFFER = 1 << 20;

  private Checksum() {}

  /// Returns whether a file holds what its etag says. An etag that is no hash says nothing.
  static boolean fits(Path file, String etag) throws IOException {
    if (etag.matches("(?i)[0-9a-f]{64}")) {
      return sha256(file).equals(etag.toLowerCase(Locale.ROOT));
    }
    if (etag.matches("(?i)[0-9a-f]{40}")) {
      return gitBlob(file).equals(etag.toLowerCase(Locale.ROOT));
    }
    return true;
  }

  /// Returns the name of the hash that an etag is.
  static String name(String etag) {
    return etag.length() == 40 ? "SHA-1" : "SHA-256";
  }

  static String sha256(Path file) throws IOException {
    return hash(digest("SHA-256"), file);
  }

  static String gitBlob(Path file) throws IOException {
    MessageDigest digest = digest("SHA-1");
    digest.update(Cache.utf8("blob " + Files.size(file) + "\0"));
    return hash(digest, file);
  }

  private static String hash(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has both
    }
  }
}
