package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.serve.http.HttpHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// The keys that let clients in, compared in a time that does not depend on what they are.
public final class ApiKeys {
  private static final String BEARER = "bearer ";

  private final List<byte[]> digests;

  /// @param keys none where everybody may come in
  public ApiKeys(List<String> keys) {
    digests = keys.stream().map(ApiKeys::digest).toList();
  }

  /// Reads a file with a key on each line.
  ///
  /// @throws BadInput when it cannot be read or has none
  public static List<String> read(Path file) {
    try {
      List<String> keys =
          InputFiles.readText(file).lines().map(String::strip).filter(k -> !k.isEmpty()).toList();
      if (keys.isEmpty()) {
        throw BadInput.in(file, "must have a key on a line, got none");
      }
      return keys;
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  /// Returns whether a request may come in.
  boolean admits(HttpHead head) {
    if (digests.isEmpty()) {
      return true;
    }
    String given = head.header("authorization");
    boolean bearer = given != null && given.regionMatches(true, 0, BEARER, 0, BEARER.length());
    byte[] digest = digest(given != null && bearer ? given.substring(BEARER.length()).strip() : "");
    boolean right = false;
    for (byte[] known : digests) {
      right |= MessageDigest.isEqual(known, digest);
    }
    return right && bearer;
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
