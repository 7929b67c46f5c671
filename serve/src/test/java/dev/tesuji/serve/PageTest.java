package dev.tesuji.serve;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
  private static byte[] file(String name) throws Exception {
    try (InputStream in = PageTest.class.getResourceAsStream("page/" + name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }

  @Test
  void vendoredFilesHaveTheListedHashes() throws Exception {
    List<String> lines =
        new String(file("vendor/hashes.txt"), StandardCharsets.UTF_8).lines().toList();
    assertEquals(4, lines.size());
    for (String line : lines) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(file("vendor/" + line.substring(66)));
      assertEquals(line.substring(0, 64), HexFormat.of().formatHex(hash), line);
    }
  }

  @Test
  void ownFilesNameNoOutsideAddressAndSetNoHtml() throws Exception {
    for (String name : List.of("index.html", "page.css", "page.mjs", "text.mjs")) {
      String text = new String(file(name), StandardCharsets.UTF_8);
      assertFalse(text.contains("://"), name);
      assertFalse(text.contains("innerHTML"), name);
    }
  }
}
