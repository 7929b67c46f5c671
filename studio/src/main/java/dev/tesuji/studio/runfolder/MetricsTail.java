package dev.tesuji.studio.runfolder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The lines that a file gains.
public final class MetricsTail {
  private static final int PIECE = 1 << 20;

  private final Path file;
  private long read;
  private @Nullable Object identity; // a run that is resumed puts another file in its place

  /// Begins at the file's start.
  public MetricsTail(Path file) {
    this.file = file;
  }

  /// New lines, and whether the file began anew, as it does when a run is resumed, so that what was
  /// read before no longer counts.
  public record News(boolean anew, List<String> lines) {
    /// Copies the list.
    public News {
      lines = List.copyOf(lines);
    }
  }

  /// Returns the whole lines that were added since the last call.
  public News next() {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      boolean anew = channel.size() < read || (read > 0 && !Objects.equals(key, identity));
      identity = key;
      if (anew) {
        read = 0;
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PIECE, channel.size() - read));
      channel.position(read);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      int end = bytes.position();
      while (end > 0 && bytes.get(end - 1) != '\n') {
        end--;
      }
      read += end;
      String text = new String(bytes.array(), 0, end, StandardCharsets.UTF_8);
      return new News(anew, text.lines().filter(l -> TolerantText.object(l) != null).toList());
    } catch (NoSuchFileException e) {
      boolean anew = read > 0;
      read = 0;
      return new News(anew, List.of());
    } catch (IOException e) {
      return new News(false, List.of()); // it is being replaced
    }
  }
}
