package dev.tesuji.studio;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
  private static byte[] file(String name) throws IOException {
    try (InputStream in = PageTest.class.getResourceAsStream("page/" + name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }

  @Test
  void vendoredFilesHaveTheListedHashes() throws IOException, NoSuchAlgorithmException {
    List<String> lines =
        new String(file("vendor/hashes.txt"), StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(file("vendor/" + line.substring(66)));
      assertThat(HexFormat.of().formatHex(hash)).as(line).isEqualTo(line.substring(0, 64));
    }
  }

  @Test
  void ownFilesNameNoOutsideAddressAndSetNoHtml() throws IOException {
    for (String name :
        List.of(
            "index.html",
            "studio.css",
            "app.mjs",
            "net.mjs",
            "parts.mjs",
            "text.mjs",
            "runs.mjs",
            "rollouts.mjs",
            "compare.mjs",
            "label.mjs",
            "agreement.mjs")) {
      String text = new String(file(name), StandardCharsets.UTF_8);
      assertThat(text)
          .as(name)
          .doesNotContain("://")
          .doesNotContain("innerHTML")
          .doesNotContain("dangerouslySet")
          .doesNotContain("eval(");
    }
  }
}
