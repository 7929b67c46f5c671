package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// The file of one annotator's judgements, appended to and forced to disk line by line.
///
/// What a kill leaves of a line was never acknowledged: it is cut off before the next line is
/// written, and readers leave it out.
public final class JudgementLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private JudgementLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Opens the file, and makes it where there is none.
  ///
  /// @throws BadInput when it cannot be written, or another process writes to it
  public static JudgementLog open(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      boolean isNew = !Files.exists(file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isOurs(channel)) {
        channel.close();
        throw BadInput.in(file, "is written to by another studio; stop one of both");
      }
      endLine(channel);
      if (isNew && folder != null) {
        force(folder);
      }
      return new JudgementLog(file, channel);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this very process
    }
  }

  /// Forces a folder, so that a new file is found in it after a crash too.
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Cuts off half a line, and ends a whole one that lacks its line feed.
  private static void endLine(FileChannel channel) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {}
    byte[] bytes = all.array();
    int start = bytes.length;
    while (start > 0 && bytes[start - 1] != '\n') {
      start--;
    }
    channel.position(bytes.length);
    if (start < bytes.length && isWhole(bytes, start)) {
      SafeFiles.writeFully(channel, ByteBuffer.wrap(new byte[] {'\n'}));
    } else {
      channel.truncate(start);
    }
    channel.force(true);
  }

  /// Appends a judgement; when it returns, the disk has it.
  ///
  /// @throws BadInput when the disk does not take it; then it is not there
  public synchronized void append(Judgement judgement) {
    byte[] line = (Json.line(judgement.toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
    long before = -1;
    try {
      before = channel.position();
      SafeFiles.writeFully(channel, ByteBuffer.wrap(line));
      channel.force(false);
    } catch (IOException e) {
      takeBack(before, e);
      throw SafeFiles.failed(file, e);
    }
  }

  private void takeBack(long before, IOException cause) {
    try {
      if (before >= 0) {
        channel.truncate(before);
      }
    } catch (IOException again) {
      cause.addSuppressed(again);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Reads the lines of a file; half a line at its end was never acknowledged, and is left out.
  static void forEachWhole(Path file, Consumer<JsonLines.Row> action) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
    long number = 0;
    for (int from = 0; from < bytes.length; ) {
      int to = from;
      while (to < bytes.length && bytes[to] != '\n') {
        to++;
      }
      number++;
      if (to < bytes.length || isWhole(bytes, from)) {
        String line = line(file, number, Arrays.copyOfRange(bytes, from, to));
        if (!line.isBlank()) {
          action.accept(new JsonLines.Row(file, number, Json.readLine(file, number, line)));
        }
      }
      from = to + 1;
    }
  }

  private static String line(Path file, long number, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInput(file + ":" + number + ": must be UTF-8 text", e);
    }
  }

  /// Returns whether what follows a place is a whole object: a piece of one never is.
  private static boolean isWhole(byte[] bytes, int from) {
    try {
      return Json.MAPPER.readTree(bytes, from, bytes.length - from) instanceof ObjectNode;
    } catch (JacksonException e) {
      return false;
    }
  }
}
