package dev.tesuji.endpoint;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The answers that were received, a line of JSON each, so that none is asked for, and paid, twice.
///
/// A line is known by a digest of its question. A last line that a kill has left half written is
/// cut off. Only places are in memory. The file is one run's: nobody else may write to it.
public final class ReplyFile implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int LONGEST_LINE = 1 << 30;

  private final Path path;
  private final FileChannel channel;
  private final Map<Long, Place> places = new HashMap<>();
  private long end;

  /// The bytes of a line.
  private record Place(long start, int length) {}

  private ReplyFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Opens a file, or begins one.
  ///
  /// @throws BadInput when it cannot be written, or a line before the last is no answer
  public static ReplyFile open(Path path) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      ReplyFile file = new ReplyFile(path, channel);
      try {
        file.index();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return file;
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  /// Returns a digest of a question.
  static String key(String id, JsonNode body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(id.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return HexFormat.of()
          .formatHex(digest.digest(Json.line(body).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void index() throws IOException {
    forEachLine((line, start) -> {
      ObjectNode read = read(line, start);
      places.put(brief(read.path("key").asString("")), new Place(start, line.length));
      end = start + line.length + 1;
    });
    channel.truncate(end);
  }

  private ObjectNode read(byte[] line, long start) {
    try {
      if (Json.MAPPER.readTree(line) instanceof ObjectNode object
          && object.path("key").isString()) {
        return object;
      }
    } catch (JacksonException _) {
      // said below
    }
    throw BadInput.in(
        path,
        "must hold answers of an endpoint, a line of JSON each, and has something else at byte "
            + start
            + "; move it away to ask anew");
  }

  /// Takes a line and the place where it begins.
  private interface Lines {
    void take(byte[] line, long start) throws IOException;
  }

  /// Reads all lines that end with a line feed.
  private void forEachLine(Lines lines) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long at = 0;
    long start = 0;
    while (channel.read(chunk.clear(), at) > 0) {
      chunk.flip();
      at += chunk.remaining();
      while (chunk.hasRemaining()) {
        byte b = chunk.get();
        if (b == '\n') {
          lines.take(line.toByteArray(), start);
          start += line.size() + 1L;
          line.reset();
        } else if (line.size() < LONGEST_LINE) {
          line.write(b);
        }
      }
    }
  }

  private static long brief(String key) {
    return key.matches("[0-9a-f]{16,}") ? HexFormat.fromHexDigitsToLong(key.substring(0, 16)) : 0;
  }

  /// Returns the answer to a question, where there is one.
  synchronized Optional<ChatReply> find(String key) {
    Place place = places.get(brief(key));
    return place == null
        ? Optional.empty()
        : Optional.of(line(place))
            .filter(l -> l.path("key").asString("").equals(key))
            .map(ChatReply::of);
  }

  private ObjectNode line(Place place) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(place.length());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, place.start() + bytes.position()) < 0) {
          throw BadInput.in(path, "was cut while it was in use");
        }
      }
      return read(bytes.array(), place.start());
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  /// Writes an answer: a process that is killed after this has it.
  synchronized void add(String key, String about, ChatReply reply) {
    ObjectNode line = Json.MAPPER.createObjectNode().put("key", key).put("about", about);
    line.setAll(reply.json());
    byte[] bytes = (Json.line(line) + '\n').getBytes(StandardCharsets.UTF_8);
    try {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left, end + left.position());
      }
      places.put(brief(key), new Place(end, bytes.length - 1));
      end += bytes.length;
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  /// Hands over the tokens of all answers.
  synchronized void forEachUsage(Consumer<TokenUsage> taker) {
    places.values().forEach(place -> taker.accept(ChatReply.of(line(place)).usage()));
  }

  /// Returns where it is.
  public Path path() {
    return path;
  }

  @Override
  public synchronized void close() {
    try {
      if (channel.isOpen()) {
        channel.force(true);
        channel.close();
      }
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }
}
