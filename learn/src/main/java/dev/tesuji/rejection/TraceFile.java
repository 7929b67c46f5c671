package dev.tesuji.rejection;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A JSON-lines file that grows while samples are drawn, and that a resumed run cuts back to what
/// was saved: a line that a kill has left half written goes with the rest of its step.
public final class TraceFile implements AutoCloseable {
  private final Path path;
  private @Nullable FileChannel channel;
  private @Nullable OutputStream out;
  private long length;

  /// Names a file; nothing is touched before the first line, or before a resume.
  public TraceFile(Path path) {
    this.path = path;
  }

  /// Returns where it is.
  public Path path() {
    return path;
  }

  /// Cuts the file to the length that a checkpoint has noted, and goes on there.
  ///
  /// @param bytes its length; 0 to begin
  /// @throws BadInput when it is shorter, or cannot be written
  void cutTo(long bytes) {
    close();
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel opened =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = opened;
      if (opened.size() < bytes) {
        throw BadInput.in(
            path,
            "has "
                + opened.size()
                + " bytes where the checkpoint noted "
                + bytes
                + ", so it was changed since; put it back, or start the run anew in another --out");
      }
      opened.truncate(bytes).position(bytes);
      out = new BufferedOutputStream(Channels.newOutputStream(opened), 1 << 16);
      length = bytes;
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  /// Adds a line.
  void add(ObjectNode line) {
    if (out == null) {
      cutTo(0);
    }
    byte[] bytes = (Json.line(line) + '\n').getBytes(StandardCharsets.UTF_8);
    try {
      if (out != null) {
        out.write(bytes);
        length += bytes.length;
      }
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  /// Forces all lines to disk and returns the length of the file.
  long save() {
    if (out == null) {
      cutTo(0);
    }
    try {
      if (out != null && channel != null) {
        out.flush();
        channel.force(true);
      }
      return length;
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }

  @Override
  public void close() {
    try {
      if (out != null) {
        out.flush();
      }
      if (channel != null) {
        channel.close();
      }
      out = null;
      channel = null;
    } catch (IOException e) {
      throw SafeFiles.failed(path, e);
    }
  }
}
