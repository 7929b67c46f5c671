package dev.tesuji.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Finds the golden numbers that the parity tests hold to.
///
/// They are in the folder named by `-Dtesuji.fixtures=DIR`, else in `../shared/fixtures` beside the
/// checkout where that exists, else among the test resources, which hold all but what others own.
public final class Fixtures {
  private static final Path ROOT = root();

  private Fixtures() {}

  /// Returns a folder or file of the fixtures; skips the test, saying so, where it is absent.
  public static Path require(String relative) {
    Optional<Path> found = find(relative);
    if (found.isEmpty()) {
      String message = "SKIPPED: fixture " + relative + " is in none of " + folders();
      System.err.println(message);
      Assumptions.abort(message);
    }
    return found.orElseThrow();
  }

  /// Returns a folder or file of the fixtures where it exists.
  public static Optional<Path> find(String relative) {
    return folders().stream().map(f -> f.resolve(relative)).filter(Files::exists).findFirst();
  }

  /// Returns the folders inside a folder of the fixtures, by name.
  public static List<Path> list(String relative) {
    Optional<Path> folder = find(relative);
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder.get())) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns the root of the checkout.
  public static Path checkout() {
    return ROOT;
  }

  private static List<Path> folders() {
    String named = System.getProperty("tesuji.fixtures");
    if (named != null && !named.isBlank()) {
      return List.of(ROOT.resolve(named));
    }
    Path shared = ROOT.resolveSibling("shared").resolve("fixtures");
    return Files.isDirectory(shared)
        ? List.of(shared)
        : List.of(
            ROOT.resolve("model/src/test/resources/fixtures"),
            ROOT.resolve("learn/src/test/resources/fixtures"));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("tests must run inside the checkout (no .mvn above here)");
      }
    }
    return folder;
  }
}
