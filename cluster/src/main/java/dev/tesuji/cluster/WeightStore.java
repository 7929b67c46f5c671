package dev.tesuji.cluster;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The weights of a run as its executors read them: a folder for each version, named by the hash of
/// what it holds, which is there whole or not at all.
///
/// @param root the folder of all versions
/// @param kept the versions that are there, the newest first
record WeightStore(Path root, Deque<String> kept) {
  // A policy, those that it is compared with, and those that draw ahead while it is evaluated.
  private static final int VERSIONS = 8;
  private static final String WEIGHTS = ".safetensors";

  /// Opens a folder, which need not be there yet.
  static WeightStore at(Path root) {
    return new WeightStore(root.toAbsolutePath().normalize(), new ArrayDeque<>());
  }

  /// The place of a version.
  ///
  /// @param folder where it is
  /// @param hash of all its files
  /// @param build hash of what is not weights: models with the same take each other's weights
  record Version(String folder, String hash, String build) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// Writes the weights of a model, unless they are there already.
  ///
  /// @param written is told how many bytes were, where any were
  /// @throws BadInput when the folder cannot be written, or its filesystem cannot rename a folder
  Version publish(LoadedModel model, LongConsumer written) {
    Path draft = root.resolve("draft-" + UUID.randomUUID());
    try {
      Files.createDirectories(draft);
      model.save(draft);
      String hash = hash(draft, _ -> true);
      String build = hash(draft, f -> !f.toString().endsWith(WEIGHTS));
      Path folder = root.resolve(hash);
      if (Files.exists(folder)) {
        SafeFiles.deleteFolder(draft);
      } else {
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        written.accept(bytes(folder));
      }
      keep(hash);
      return new Version(folder.toString(), hash, build);
    } catch (AtomicMoveNotSupportedException e) {
      SafeFiles.deleteFolder(draft);
      throw new BadInput(
          root
              + ": its filesystem cannot rename a folder, by which weights are published; give"
              + " another folder that all executors see (--weights DIR)",
          e);
    } catch (IOException e) {
      SafeFiles.deleteFolder(draft);
      throw SafeFiles.failed(root, e);
    }
  }

  private static long bytes(Path folder) throws IOException {
    long sum = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  private void keep(String hash) {
    kept.remove(hash);
    kept.addFirst(hash);
    while (kept.size() > VERSIONS) {
      SafeFiles.deleteFolder(root.resolve(kept.removeLast()));
    }
  }

  /// Refuses a version that is not what was published.
  ///
  /// @throws IOException when it is not there, or is damaged
  static void verify(Version version) throws IOException {
    Path folder = Path.of(version.folder());
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + ": the published weights are not there; executors must see the driver's folder at"
              + " the same place: give one that they share (--weights DIR)");
    }
    String found = hash(folder, _ -> true);
    if (!found.equals(version.hash())) {
      throw new IOException(folder + ": the published weights are damaged: their hash is " + found);
    }
  }

  /// Returns the hash of some files of a folder: of their names and bytes.
  private static String hash(Path folder, Predicate<Path> which) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      MessageDigest digest = digest();
      List<Path> files = all.filter(Files::isRegularFile).filter(which).sorted().toList();
      for (Path file : files) {
        digest.update(
            (folder.relativize(file) + " " + Files.size(file) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        update(digest, file);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    }
  }

  /// Returns the hash of a file's bytes.
  static String hash(Path file) throws IOException {
    MessageDigest digest = digest();
    update(digest, file);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  /// Deletes all versions.
  void clear() {
    if (Files.exists(root)) {
      SafeFiles.deleteFolder(root);
    }
    kept.clear();
  }
}
