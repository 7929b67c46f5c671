package dev.tesuji.studio.runfolder;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the tokens of a rollout from the file beside its line, whose layout
/// `dev.tesuji.rollout.TokenFile` has.
///
/// A file that is not there, or not whole, has no tokens: runs of before have none.
final class TokenFile {
  private static final byte[] MAGIC = "TSJTOK1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FOOT = 12 + MAGIC.length;
  private static final int MOST = 50_000_000; // bytes of a dictionary, or of a rollout
  private static final int COUNTS = 8;

  private final FileChannel channel;
  private final ByteBuffer index; // places, then the dictionary

  private TokenFile(FileChannel channel, ByteBuffer index) {
    this.channel = channel;
    this.index = index;
  }

  /// Reads the tokens of a line.
  ///
  /// @param lines the file of lines
  /// @param line the line, from 1
  /// @param most how many tokens at most
  /// @return `tokens`, each with its `text`, whether it was `sampled`, and if so `sampler`,
  ///   `trainer` and `advantage` as far as they are known, and how many there are in `total`; null
  ///   where there are none
  static @Nullable ObjectNode read(Path lines, long line, int most) {
    String name = String.valueOf(lines.getFileName()).replaceFirst("[.]jsonl$", ".bin");
    try (FileChannel channel = FileChannel.open(lines.resolveSibling(name))) {
      ByteBuffer foot = bytes(channel, channel.size() - FOOT, FOOT);
      long place = foot.getLong();
      int count = foot.getInt();
      byte[] magic = new byte[MAGIC.length];
      foot.get(magic);
      long size = channel.size() - FOOT - place;
      if (!java.util.Arrays.equals(magic, MAGIC) || line > count || line < 1) {
        return null;
      }
      return new TokenFile(channel, bytes(channel, place, size)).tokens(count, line, most);
    } catch (IOException | RuntimeException e) {
      return null; // it is not there, is being written, or is another's
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long from, long size) throws IOException {
    if (from < 0 || size < 0 || size > MOST) {
      throw new IOException("not a file of tokens");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, from + buffer.position());
      if (read < 0) {
        throw new IOException("ends too early");
      }
    }
    return buffer.flip();
  }

  private ObjectNode tokens(int count, long line, int most) throws IOException {
    long place = index.getLong((int) (8 * (line - 1)));
    ByteBuffer counts = bytes(channel, place, COUNTS);
    int all = counts.getInt();
    int sampled = counts.getInt();
    ByteBuffer body = bytes(channel, place + COUNTS, 5L * all + 12L * sampled);
    Map<Integer, String> texts = texts(count);
    ObjectNode json = Json.MAPPER.createObjectNode().put("total", all);
    ArrayNode list = json.putArray("tokens");
    int at = 0; // among the sampled
    for (int i = 0; i < Math.min(all, most); i++) {
      int id = body.getInt(4 * i);
      ObjectNode token = list.addObject().put("id", id).put("text", texts.getOrDefault(id, ""));
      boolean isSampled = body.get(4 * all + i) != 0;
      token.put("sampled", isSampled);
      if (isSampled) {
        String[] names = {"sampler", "trainer", "advantage"};
        for (int n = 0; n < names.length; n++) {
          float value = body.getFloat(5 * all + 4 * (n * sampled + at));
          if (Float.isFinite(value)) {
            token.put(names[n], value);
          }
        }
        at++;
      }
    }
    return json;
  }

  private Map<Integer, String> texts(int count) {
    Map<Integer, String> texts = new HashMap<>();
    index.position(8 * count);
    int words = index.getInt();
    for (int i = 0; i < words; i++) {
      int id = index.getInt();
      byte[] text = new byte[index.getInt()];
      index.get(text);
      texts.put(id, new String(text, StandardCharsets.UTF_8));
    }
    return texts;
  }
}
