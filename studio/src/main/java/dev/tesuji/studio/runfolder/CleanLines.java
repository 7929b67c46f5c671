package dev.tesuji.studio.runfolder;

import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/// Makes of a file that DuckDB refuses one that it reads: bytes that are no UTF-8 become U+FFFD,
/// and a line that is no JSON becomes the completion of a line whose verdict is `unreadable`.
final class CleanLines {
  private static final int LONGEST = 4_000_000; // characters of a completion; DuckDB bears 16 MB

  private CleanLines() {}

  static void write(Path from, Path to) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(from), 1 << 16);
        Writer out = Files.newBufferedWriter(to)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          write(line.toString(StandardCharsets.UTF_8), out);
          line.reset();
        } else {
          line.write(b);
        }
      }
      write(line.toString(StandardCharsets.UTF_8), out);
    } catch (IOException e) {
      throw InputFiles.failed(from, e);
    }
  }

  private static void write(String text, Writer out) throws IOException {
    if (text.isBlank()) {
      return;
    }
    ObjectNode line = TolerantText.object(text);
    if (line == null) {
      line = Json.MAPPER.createObjectNode().put("completion", text).put("verdict", "unreadable");
    }
    for (String name : java.util.List.of("completion", "prompt")) {
      String value = line.path(name).asString("");
      if (value.length() > LONGEST) {
        int more = value.length() - LONGEST;
        line.put(name, value.substring(0, LONGEST) + "\n(" + more + " characters more)");
      }
    }
    line.remove("segments");
    String json =
        Json.isUnicode(text) && !text.contains("\\u") ? Json.line(line) : whole(Json.line(line));
    out.write(json.replace("\\u0000", "\uFFFD"));
    out.write('\n');
  }

  /// Replaces halves of surrogate pairs, which no UTF-8 can stand for.
  private static String whole(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
