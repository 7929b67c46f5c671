package dev.tesuji.files;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes files so that a reader, or a crash, never meets half of one.
public final class SafeFiles {
  private SafeFiles() {}

  /// Something that writes a file at a path.
  public interface Writer {
    /// Writes the file.
    void write(Path path) throws IOException;
  }

  /// Writes a file beside its place, forces it to disk and renames it into place.
  ///
  /// @throws BadInput when it cannot be written, for instance because the disk is full
  public static void replace(Path file, Writer writer) {
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      writer.write(beside);
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(beside);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw failed(file, e);
    }
  }

  /// Writes text to a file in one go.
  ///
  /// @throws BadInput when it cannot be written
  public static void replace(Path file, String text) {
    replace(file, path -> Files.writeString(path, text));
  }

  /// Removes a file, if it is there.
  ///
  /// @throws BadInput when it cannot be removed
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /// Makes the error for a write that failed, with the remedy.
  public static BadInput failed(Path file, IOException e) {
    String reason = String.valueOf(e.getMessage());
    boolean full = reason.contains("No space left");
    return new BadInput(
        file
            + ": could not be written: "
            + (full ? "the disk is full; free some space and run again" : reason),
        e);
  }
}
