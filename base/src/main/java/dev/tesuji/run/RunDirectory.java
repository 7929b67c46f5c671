package dev.tesuji.run;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder that a run writes to; held by one process at a time.
///
/// ```
/// recipe.yaml     the effective recipe          models/STAGE/       what each stage made
/// metrics.jsonl   a line per step               checkpoints/STAGE/  where a killed run goes on
/// tensorboard/    the same as events            report.json
/// rollouts/       every completion              report.html
/// evaluations/    every response to held-out problems
/// halted.json     why the guardian halted the run, until it goes on
/// data/STAGE/     samples that a stage kept
/// pass_rates/STAGE/  how often the model that a stage starts from solves each problem
/// ```
public final class RunDirectory implements AutoCloseable {
  /// The folder of the responses that evaluations drew.
  public static final String EVALUATIONS = "evaluations";

  /// The file that says of a run that its guardian halted it: the stage, the step and why.
  public static final String HALTED = "halted.json";

  private static final String LOCK = ".lock";
  private static final String RECIPE = "recipe.yaml";

  private final Path root;
  private final FileChannel channel;

  private RunDirectory(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /// Takes a folder for a new run.
  ///
  /// @throws BadInput when it holds anything already, or cannot be written
  public static RunDirectory create(Path root) {
    checkFree(root);
    return lock(root);
  }

  /// Says, without changing anything, why a folder cannot take a new run.
  ///
  /// @throws BadInput when it holds anything already
  public static void checkFree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw BadInput.in(root, "must be a folder for the run, got a file");
    }
    if (Files.exists(root.resolve(RECIPE))) {
      throw BadInput.in(
          root, "already holds a run; add --resume to continue it, or give another --out");
    }
    try (Stream<Path> files = Files.list(root)) {
      if (files.anyMatch(f -> !f.getFileName().toString().equals(LOCK))) {
        throw BadInput.in(root, "must be an empty folder, or none yet; give another --out");
      }
    } catch (IOException e) {
      throw new BadInput(root + ": could not be read: " + e.getMessage(), e);
    }
  }

  /// Takes the folder of a run that was begun.
  ///
  /// @throws BadInput when it holds none, or another process has it
  public static RunDirectory resume(Path root) {
    checkBegun(root);
    return lock(root);
  }

  /// Says, without changing anything, that a folder holds no run.
  ///
  /// @throws BadInput when it holds none
  public static void checkBegun(Path root) {
    if (!Files.exists(root.resolve(RECIPE))) {
      throw BadInput.in(root, "holds no run to resume; start one without --resume");
    }
  }

  private static RunDirectory lock(Path root) {
    FileChannel channel = null;
    try {
      Files.createDirectories(root);
      channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw BadInput.in(
            root, "is in use by another process; wait for it to end, or give another --out");
      }
      return new RunDirectory(root, channel);
    } catch (IOException e) {
      throw SafeFiles.failed(root, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  /// Returns the folder.
  public Path root() {
    return root;
  }

  /// Returns the effective recipe's file.
  public Path recipe() {
    return root.resolve(RECIPE);
  }

  /// Returns the file of what is finished so far.
  public Path state() {
    return root.resolve("state.json");
  }

  /// Returns the file that says why the guardian halted the run; there is none while it goes on.
  public Path halted() {
    return root.resolve(HALTED);
  }

  /// Returns the metrics' file.
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /// Returns the folder of TensorBoard events of a stage.
  public Path events(String stage) {
    return root.resolve("tensorboard").resolve(stage);
  }

  /// Returns the folder of rollouts of a stage.
  public Path rollouts(String stage) {
    return root.resolve("rollouts").resolve(stage);
  }

  /// Returns the file of the responses to held-out problems after a stage, or of the base.
  public Path evaluation(String stage) {
    return root.resolve(EVALUATIONS).resolve(stage + ".jsonl");
  }

  /// Returns the folder of the data that a stage wrote.
  public Path data(String stage) {
    return root.resolve("data").resolve(stage);
  }

  /// Returns the file of how often the model that a stage starts from solves the problems of a
  /// task.
  public Path passRates(String stage, String task) {
    return root.resolve("pass_rates").resolve(stage).resolve(task + ".jsonl");
  }

  /// Returns the file of what the best of n responses to a prompt is worth before a stage.
  public Path bestOfN(String stage) {
    return root.resolve("best_of_n").resolve(stage + ".json");
  }

  /// Returns the folder of checkpoints of a stage.
  public Path checkpoints(String stage) {
    return root.resolve("checkpoints").resolve(stage);
  }

  /// Returns the folder of the model that a stage made.
  public Path model(String stage) {
    return root.resolve("models").resolve(stage);
  }

  /// Lets other processes have the folder.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw SafeFiles.failed(root, e);
    }
  }
}
