package dev.tesuji.constrain;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Vocabularies for tests.
final class Vocabularies {
  private Vocabularies() {}

  /// Every byte by itself.
  static List<byte @Nullable []> bytes() {
    List<byte @Nullable []> all = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      all.add(new byte[] {(byte) b});
    }
    return all;
  }

  /// These texts.
  static List<byte @Nullable []> of(String... texts) {
    List<byte @Nullable []> all = new ArrayList<>();
    for (String text : texts) {
      all.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return all;
  }

  /// Bytes, and pieces that span what a grammar keeps apart.
  static List<byte @Nullable []> spanning() {
    List<byte @Nullable []> all = bytes();
    all.addAll(
        of(
            "{\"",
            "\":",
            "\": ",
            "\",",
            "\", \"",
            "\",\"",
            "\"}",
            "\"}}",
            "\"]",
            "],",
            "}]",
            "}}",
            "},{\"",
            "[{\"",
            "[[",
            "]]",
            "[]",
            "{}",
            ":[",
            ":{",
            "true",
            "false",
            "null",
            "rue",
            "alse",
            "true,",
            "null}",
            "12",
            "123",
            "0.",
            ".5",
            "1,",
            "2]",
            "3}",
            "-1",
            "e1",
            "E+",
            "00",
            "\\n",
            "\\u",
            "\\ud8",
            "\\u00",
            "3d\\ude",
            "\\\"",
            "\\\\",
            "é",
            "€",
            "😀",
            "日本",
            "a\"",
            "b\": ",
            "name",
            "\"name\"",
            "id\":",
            "x\",\"y",
            " \"",
            ": \"",
            "2024-",
            "-02-",
            "T1",
            ":00",
            "Z\"",
            "@",
            ".com",
            "abc",
            "hello ",
            "192.",
            "::",
            "  ",
            "\n",
            "\n  \"",
            "\t"));
    all.add(new byte[] {(byte) 0xe6, (byte) 0x97}); // the first two bytes of a character
    all.add(new byte[] {(byte) 0xa5, '"'}); // its last and a quote
    all.add(new byte[] {(byte) 0x9f, (byte) 0x98});
    all.add(null); // a special token
    all.add(new byte[0]);
    all.add("{\"".getBytes(StandardCharsets.UTF_8)); // the same bytes as another token
    return all;
  }

  /// The tokens of a fixture's byte-level tokenizer; special tokens have no bytes.
  static List<byte @Nullable []> fixture(String name) {
    JsonNode file =
        Json.readObject(Fixtures.require("tokenizers/" + name).resolve("tokenizer.json"));
    int[] byteOf = alphabet();
    byte[] @Nullable [] all = new byte[5000][];
    int size = 0;
    for (Map.Entry<String, JsonNode> e : file.at("/model/vocab").properties()) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      e.getKey().codePoints().forEach(c -> text.write(byteOf[c]));
      all[e.getValue().intValue()] = text.toByteArray();
      size = Math.max(size, e.getValue().intValue() + 1);
    }
    for (JsonNode added : file.get("added_tokens")) {
      all[added.get("id").intValue()] = null;
      size = Math.max(size, added.get("id").intValue() + 1);
    }
    return new ArrayList<>(Arrays.asList(all).subList(0, size));
  }

  /// Which byte a character of byte-level tokenizers stands for.
  private static int[] alphabet() {
    int[] byteOf = new int[512];
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean plain = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      byteOf[plain ? b : next++] = b;
    }
    return byteOf;
  }

  /// The first tokens of a real vocabulary of 200,000, which JTokkit carries.
  static List<byte @Nullable []> real(int size) {
    List<byte @Nullable []> all = new ArrayList<>();
    try (InputStream in =
            Vocabularies.class.getResourceAsStream("/com/knuddels/jtokkit/o200k_base.tiktoken");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine();
          line != null && all.size() < size;
          line = lines.readLine()) {
        all.add(Base64.getDecoder().decode(line.substring(0, line.indexOf(' '))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }
}
