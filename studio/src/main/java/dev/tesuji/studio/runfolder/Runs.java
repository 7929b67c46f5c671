package dev.tesuji.studio.runfolder;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.studio.web.Refusal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;

/// The runs under a folder, by name: their path from it.
public final class Runs {
  private static final int DEPTH = 4;

  private final Path root;

  /// Looks under a folder, or at a folder that is a run itself.
  ///
  /// @throws BadInput when there is no such folder
  public Runs(Path root) {
    this.root = root.toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) {
      throw BadInput.in(root, "must be a folder of runs, as './tesuji run' makes it in runs/");
    }
  }

  /// Returns the folder.
  public Path root() {
    return root;
  }

  /// Finds all runs.
  public Map<String, Run> all() {
    Map<String, Run> found = new TreeMap<>();
    try {
      Files.walkFileTree(
          root, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEPTH, new Finder(found));
    } catch (IOException e) {
      throw InputFiles.failed(root, e);
    }
    return found;
  }

  /// Returns a run.
  ///
  /// @throws Refusal when there is none of that name
  public Run run(String name) {
    Run run = all().get(name);
    if (run == null) {
      throw new Refusal(404, "there is no run '" + BadInput.brief(name) + "'");
    }
    return run;
  }

  /// Collects folders that are runs, and looks into those alone that hold runs over several seeds.
  private final class Finder extends SimpleFileVisitor<Path> {
    private final Map<String, Run> found;

    Finder(Map<String, Run> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (!Files.exists(folder.resolve("recipe.yaml"))
          && !Files.exists(folder.resolve("metrics.jsonl"))) {
        return FileVisitResult.CONTINUE;
      }
      String name =
          folder.equals(root)
              ? String.valueOf(root.getFileName())
              : root.relativize(folder).toString().replace('\\', '/');
      boolean holdsRuns = Files.isDirectory(folder.resolve("runs")); // over several seeds
      if (!holdsRuns || Files.exists(folder.resolve("metrics.jsonl"))) {
        found.put(name, new Run(name, folder));
      }
      return holdsRuns ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE; // it went away, or may not be read
    }
  }
}
