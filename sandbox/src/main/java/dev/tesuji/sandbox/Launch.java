package dev.tesuji.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A program that is to be started.
final class Launch {
  private final Job job;
  private final String nonce;
  private final Jail.Place lane;
  private final List<String> names;
  private @Nullable Path folder; // made where a jail asks for it

  /// Makes it; nothing is written yet.
  ///
  /// @param job the program
  /// @param nonce the sign that it has begun
  /// @param lane where it runs
  Launch(Job job, String nonce, Jail.Place lane) {
    this.job = job;
    this.nonce = nonce;
    this.lane = lane;
    names = List.copyOf(job.files().keySet());
  }

  Job job() {
    return job;
  }

  String nonce() {
    return nonce;
  }

  Jail.Place lane() {
    return lane;
  }

  /// Returns the names of its files, in an order.
  List<String> names() {
    return names;
  }

  /// Returns what is in a file.
  byte[] content(String name) {
    byte[] content = job.files().get(name);
    if (content == null) {
      throw new IllegalArgumentException("no file '" + name + "'");
    }
    return content;
  }

  /// Returns a folder of its own on the host, in which its files lie in a folder `box`.
  Path folder() throws IOException {
    Path there = folder;
    if (there == null) {
      there = Files.createTempDirectory("tesuji-box-");
      folder = there;
      Path box = Files.createDirectory(there.resolve("box"));
      for (Map.Entry<String, byte[]> file : job.files().entrySet()) {
        Files.write(box.resolve(file.getKey()), file.getValue());
      }
    }
    return there;
  }

  /// Returns where one of its files is on the host.
  Path file(String name) throws IOException {
    return folder().resolve("box").resolve(name);
  }

  /// Deletes its folder, where there is one.
  void discard() {
    Path there = folder;
    if (there == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(there)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // a folder of temporary files that stays
    }
  }
}
