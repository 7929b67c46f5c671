package dev.tesuji.files;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Writes files so that a reader, or a crash, never meets half of one.
public final class SafeFiles {
  private static final int LINKS = 40; // the system's own limit
  private static final List<String> OPEN = List.of("/dev", "/proc");

  private SafeFiles() {}

  /// Something that writes a file at a path.
  public interface Writer {
    /// Writes the file.
    void write(Path path) throws IOException;
  }

  /// Writes a file beside its place, forces it to disk and renames it into place. A link stays, and
  /// what it points to is written; pipes, terminals and other things that are no files are written
  /// through.
  ///
  /// @throws BadInput when it cannot be written, for instance because the disk is full
  public static void replace(Path file, Writer writer) {
    try {
      Path target = target(file);
      if (isThrough(target)) {
        through(target, writer);
        return;
      }
      Path folder = target.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path beside = target.resolveSibling("." + target.getFileName() + ".part");
      try {
        writer.write(beside);
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(
            beside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        deleteQuietly(beside, e);
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /// Something that writes a file piece by piece.
  public interface ChannelWriter {
    /// Writes the file from its beginning.
    void write(FileChannel out) throws IOException;
  }

  /// Writes a file as [#replace(Path, Writer)] does, through a channel.
  ///
  /// @throws BadInput when it cannot be written, for instance because the disk is full
  public static void replaceByPieces(Path file, ChannelWriter writer) {
    replace(
        file,
        path -> {
          try (FileChannel out =
              FileChannel.open(
                  path,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.TRUNCATE_EXISTING)) {
            writer.write(out);
          }
        });
  }

  /// Writes all bytes that are left in a buffer; a channel may take fewer at a time.
  public static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static void deleteQuietly(Path file, IOException cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException again) {
      cause.addSuppressed(again);
    }
  }

  /// Follows links to what they point to, which need not be there yet.
  private static Path target(Path file) throws IOException {
    Path target = file;
    for (int links = 0; Files.isSymbolicLink(target) && !isThrough(target); links++) {
      if (links == LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  /// Returns whether a path is written through: what is there is no file and no folder, or the path
  /// names an open one (`/dev/stdout`, `/dev/fd/3`), whose place may be another's.
  private static boolean isThrough(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    boolean open = OPEN.stream().anyMatch(absolute::startsWith);
    return Files.exists(path) && (open || !(Files.isRegularFile(path) || Files.isDirectory(path)));
  }

  private static void through(Path path, Writer writer) throws IOException {
    Path made = Files.createTempFile("tesuji", ".part");
    try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE)) {
      writer.write(made);
      Files.copy(made, out);
    } finally {
      Files.deleteIfExists(made);
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

  /// Removes a folder with all that is in it, if it is there.
  ///
  /// @throws BadInput when it cannot be removed
  public static void deleteFolder(Path folder) {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> inside = Files.walk(folder)) {
        inside.sorted(Comparator.reverseOrder()).forEach(SafeFiles::delete);
      } catch (IOException e) {
        throw failed(folder, e);
      }
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
