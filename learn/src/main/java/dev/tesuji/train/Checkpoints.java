package dev.tesuji.train;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The checkpoints of a stage: folders `step-000040`, each a loadable model directory with the
/// optimizer and the state of the loop beside it.
///
/// A checkpoint is written beside its place and renamed, and carries the SHA-256 of its files, so
/// that one that was cut short or damaged is never resumed from.
public final class Checkpoints {
  private static final String SUMS = "checksums.json";
  private static final String STATE = "state.json";
  private static final int KEPT = 2;

  private final Path folder;
  private int held = -1; // the step whose checkpoint is never dropped; below 0 for none

  /// Looks after a folder, which need not exist.
  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /// Something that writes files into a folder.
  @FunctionalInterface
  public interface Content {
    /// Writes the files.
    void write(Path folder);
  }

  /// A checkpoint that is whole.
  ///
  /// @param folder where it is
  /// @param state the state of the loop
  public record Saved(Path folder, JsonNode state) {}

  /// Keeps the checkpoint of a step, besides the last two.
  public void hold(int step) {
    held = step;
  }

  /// Drops the checkpoints of later steps.
  public void dropAfter(int step) {
    for (Path checkpoint : all()) {
      if (checkpoint.compareTo(place(step)) > 0) {
        try {
          delete(checkpoint);
        } catch (IOException e) {
          throw SafeFiles.failed(checkpoint, e);
        }
      }
    }
  }

  private Path place(int step) {
    return folder.resolve(String.format(Locale.ROOT, "step-%06d", step));
  }

  /// Writes a checkpoint and drops all but the last two and the one that is held.
  public void save(int step, ObjectNode state, Content content) {
    Path target = place(step);
    Path beside = folder.resolve("." + target.getFileName() + ".part");
    try {
      delete(beside);
      Files.createDirectories(beside);
      content.write(beside);
      Files.writeString(beside.resolve(STATE), Json.pretty(state));
      ObjectNode sums = Json.MAPPER.createObjectNode();
      for (Path file : files(beside)) {
        sums.put(beside.relativize(file).toString().replace('\\', '/'), sha256(file));
      }
      Files.writeString(beside.resolve(SUMS), Json.pretty(sums));
      delete(target);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      List<Path> all = all();
      for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        if (!old.equals(place(held))) {
          delete(old);
        }
      }
    } catch (IOException e) {
      throw SafeFiles.failed(target, e);
    }
  }

  /// Finds the newest checkpoint that is whole; damaged ones are named on standard error.
  public Optional<Saved> latest() {
    List<Path> all = all();
    for (Path candidate : all.reversed()) {
      Optional<String> damage = damage(candidate);
      if (damage.isEmpty()) {
        return Optional.of(new Saved(candidate, Json.readObject(candidate.resolve(STATE))));
      }
      System.err.println(candidate + ": " + damage.get() + "; trying the one before it");
    }
    return Optional.empty();
  }

  /// Deletes all checkpoints.
  public void clear() {
    try {
      delete(folder);
    } catch (IOException e) {
      throw SafeFiles.failed(folder, e);
    }
  }

  private List<Path> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> p.getFileName().toString().startsWith("step-")).sorted().toList();
    } catch (IOException e) {
      throw new BadInput(folder + ": could not be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> damage(Path checkpoint) {
    try {
      for (Map.Entry<String, JsonNode> e : Json.readObject(checkpoint.resolve(SUMS)).properties()) {
        Path file = checkpoint.resolve(e.getKey());
        if (!Files.exists(file)) {
          return Optional.of("damaged: " + e.getKey() + " is missing");
        }
        if (!sha256(file).equals(e.getValue().asString(""))) {
          return Optional.of("damaged: the checksum of " + e.getKey() + " differs");
        }
      }
      return Optional.empty();
    } catch (BadInput | IOException e) {
      return Optional.of("damaged: " + e.getMessage());
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // The stream feeds the digest.
      }
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(path)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(p -> {
            try {
              Files.delete(p);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
