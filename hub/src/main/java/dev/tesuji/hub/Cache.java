package dev.tesuji.hub;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/// The folder of a repository in the cache, laid out as huggingface_hub does, so that either finds
/// what the other has downloaded:
///
/// ```
/// CACHEDIR.TAG
/// .locks/models--OWNER--NAME/ETAG.lock
/// models--OWNER--NAME/blobs/ETAG                  what files hold, by its hash
///                     snapshots/COMMIT/FILE       links to blobs
///                     refs/REVISION               the commit that a branch or tag was
///                     trees/COMMIT.json           the names of all files
///                     .no_exist/COMMIT/FILE       files that were asked for in vain
/// ```
///
/// @param root the folder of all repositories
/// @param repository the repository
/// @param links whether snapshots link to blobs, or hold the files themselves
record Cache(Path root, Repository repository, boolean links) {
  private static final String TAG = "Signature: 8a477f597d28d172789f06886806bc55\n";

  Path storage() {
    return root.resolve(repository.folder());
  }

  Path blobs() {
    return storage().resolve("blobs");
  }

  Path snapshot(String commit) {
    return storage().resolve("snapshots").resolve(commit);
  }

  /// Returns where a file of a commit is, or would be.
  Path pointer(String commit, String file) {
    Path snapshot = snapshot(commit);
    Path pointer = snapshot.resolve(file).normalize();
    if (!pointer.startsWith(snapshot) || pointer.equals(snapshot)) {
      throw new IllegalArgumentException(file); // names are checked before
    }
    return pointer;
  }

  /// Returns whether a file of a commit is here, in the cache or behind a link.
  boolean has(String commit, String file) {
    return Files.exists(pointer(commit, file));
  }

  /// Returns whether a file of a commit is here and whole.
  boolean has(String commit, Listing.Entry file) {
    try {
      Path pointer = pointer(commit, file.path());
      return Files.exists(pointer) && (file.size() < 0 || Files.size(pointer) == file.size());
    } catch (IOException _) {
      return false;
    }
  }

  /// Returns whether what a file holds is here, be it under a link into a store that several caches
  /// share.
  ///
  /// @param size its bytes; -1 where they are not known
  boolean hasBlob(String etag, long size) throws IOException {
    Path blob = blobs().resolve(etag);
    return Files.exists(blob) && (size < 0 || Files.size(blob) == size);
  }

  /// Returns the commit that a revision was when it was last asked for.
  Optional<String> ref(String revision) {
    if (Names.isCommit(revision)) {
      return Optional.of(revision);
    }
    try {
      String commit = Files.readString(refs(revision)).strip();
      return Names.isCommit(commit) ? Optional.of(commit) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private Path refs(String revision) {
    return storage().resolve("refs").resolve(revision);
  }

  /// Keeps the commit of a revision, as far as the cache can be written to.
  void keepRef(String revision, String commit) {
    if (!Names.isCommit(revision) && !ref(revision).equals(Optional.of(commit))) {
      keep(refs(revision), commit);
    }
  }

  /// Keeps that a commit has no such file.
  void keepAbsence(String commit, String file) {
    keep(storage().resolve(".no_exist").resolve(commit).resolve(file), "");
  }

  /// Reads the names of a commit's files; empty where nobody has kept them.
  Optional<Listing> listing(String commit) {
    return read(trees(commit, true), true).or(() -> read(trees(commit, false), false));
  }

  /// Keeps the names of a commit's files. The file that Python reads says that all of them are
  /// wanted, so that it is written where they are.
  void keepListing(String commit, Listing listing, boolean all) {
    keep(trees(commit, true), listing.toJson());
    if (all && !Files.exists(trees(commit, false))) {
      keep(trees(commit, false), listing.toJson());
    }
  }

  private Path trees(String commit, boolean ours) {
    return storage().resolve("trees").resolve(commit + (ours ? ".tesuji.json" : ".json"));
  }

  private static Optional<Listing> read(Path file, boolean ours) {
    try {
      return Listing.parse(Json.MAPPER.readTree(Files.readString(file)), ours);
    } catch (IOException | JacksonException _) {
      return Optional.empty(); // it is asked for again
    }
  }

  /// Writes what is a convenience only: a cache that others own can be read without it.
  private static void keep(Path file, String text) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      Path beside = file.resolveSibling("." + file.getFileName() + "." + unique());
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException _) {
      // read-only, or full: said when a file is needed
    }
  }

  static String unique() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /// Makes the folders that downloads need, and marks the cache as one that backups leave out.
  void prepare() throws IOException {
    Files.createDirectories(blobs());
    Path tag = root.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      String text = TAG + "# This file is a cache directory tag: https://bford.info/cachedir/\n";
      keep(tag, text);
    }
  }

  /// Takes the lock of a blob.
  ///
  /// @param waiting is told when another process has it
  Flock lock(String etag, Runnable waiting) {
    return Flock.take(
        root.resolve(".locks").resolve(repository.folder()).resolve(etag + ".lock"), waiting);
  }

  /// Puts a blob into a snapshot.
  void link(String etag, String commit, String file) throws IOException {
    Path blob = blobs().resolve(etag);
    Path pointer = pointer(commit, file);
    Path parent = pointer.resolveSibling("");
    Files.createDirectories(parent);
    if (links) {
      try {
        symlink(pointer, parent.relativize(blob));
        return;
      } catch (UnsupportedOperationException _) {
        // a system without links
      }
    }
    try (Flock lock = lock(etag, () -> {})) {
      // One name for all who hold the lock: what a kill leaves is overwritten, and does not pile
      // up.
      String end = lock.isHeld() ? "copy" : unique();
      Path beside = pointer.resolveSibling("." + pointer.getFileName() + "." + end);
      Files.deleteIfExists(beside);
      try {
        Files.createLink(beside, blob.toRealPath()); // a file like any other, and no second copy
      } catch (UnsupportedOperationException | IOException _) {
        Files.copy(blob, beside);
      }
      Files.move(beside, pointer, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void symlink(Path pointer, Path target) throws IOException {
    try {
      Files.createSymbolicLink(pointer, target);
    } catch (FileAlreadyExistsException _) {
      if (Files.exists(pointer) && !Files.isSymbolicLink(pointer)) {
        return; // a file that another tool has copied there
      }
      Path beside = pointer.resolveSibling("." + pointer.getFileName() + "." + unique());
      Files.createSymbolicLink(beside, target);
      Files.move(beside, pointer, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Puts a finished download into its place.
  void place(Path finished, String etag) throws IOException {
    Files.move(
        finished,
        blobs().resolve(etag),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /// Returns the bytes that are free where the cache is; 0 where the system does not say.
  long free() throws IOException {
    return Files.getFileStore(blobs()).getUsableSpace();
  }

  /// Lists the journals of unfinished downloads of a blob.
  List<Path> journals(String etag) throws IOException {
    try (Stream<Path> files = Files.list(blobs())) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(etag + "."))
          .filter(f -> f.getFileName().toString().endsWith(Partial.JOURNAL))
          .filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
          .toList();
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static StandardOpenOption[] readWrite() {
    return new StandardOpenOption[] {
      StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE
    };
  }
}
