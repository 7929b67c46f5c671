package dev.tesuji.rollout;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.RolloutLines;
import dev.tesuji.env.Segment;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes every rollout of every step, a JSON-lines file per step, and beside it their tokens
/// ([TokenFile]).
///
/// One that writes behind does so on a thread of its own, a step at a time, while the next step is
/// made; [#settle] waits for it. At its end it puts all lines of the folder into one Parquet file
/// beside it, `FOLDER.parquet`; the lines stay the truth.
public final class RolloutLog implements AutoCloseable {
  /// The field of a line that says where its tokens are: `offset` and `bytes` of `step-N.bin`.
  private static final String TOKENS = "token_data";

  private final Path folder;
  private final @Nullable Tokenizer tokenizer; // null to leave tokens out
  private final @Nullable ExecutorService writer; // null to write at once
  private @Nullable Future<?> writing;
  private boolean written; // anything, by this object
  private volatile double seconds;

  private RolloutLog(Path folder, @Nullable Tokenizer tokenizer, @Nullable ExecutorService writer) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.writer = writer;
  }

  /// Writes lines into a folder at once.
  public RolloutLog(Path folder) {
    this(folder, null, null);
  }

  /// Returns one that writes behind.
  ///
  /// @param tokenizer knows what tokens write; stays open; null to leave tokens out
  public static RolloutLog behind(Path folder, @Nullable Tokenizer tokenizer) {
    return new RolloutLog(
        folder,
        tokenizer,
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("rollouts").factory()));
  }

  /// The rollouts of a step.
  ///
  /// @param number the step, from 1
  /// @param groups all groups, those that are learned from first
  /// @param advantages of the tokens of these rollouts
  /// @param trainer log-probabilities by the trainer of the same tokens; empty where there are none
  /// @param maskTruncated whether rollouts that the length limit ended are not learned from
  public record Step(
      int number,
      List<Group> groups,
      float[][] advantages,
      float[][] trainer,
      boolean maskTruncated) {}

  /// Writes the rollouts of a step; behind, once those of the step before are written.
  ///
  /// @throws BadInput when these, or those before, cannot be written
  public void write(Step step) {
    settle();
    written = true;
    if (writer == null) {
      writeNow(step);
    } else {
      writing = writer.submit(() -> writeNow(step));
    }
  }

  /// Waits until everything is written.
  ///
  /// @throws BadInput when it cannot be written
  public void settle() {
    Future<?> last = writing;
    writing = null;
    try {
      if (last != null) {
        last.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  /// Returns the processor time that the step written last has taken, in seconds; 0 before the
  /// first one, and where the machine does not say.
  public double seconds() {
    return seconds;
  }

  private void writeNow(Step step) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    boolean isTold = threads.isCurrentThreadCpuTimeSupported();
    long start = isTold ? threads.getCurrentThreadCpuTime() : 0;
    writeFiles(step);
    seconds = isTold ? (threads.getCurrentThreadCpuTime() - start) * 1e-9 : 0;
  }

  private void writeFiles(Step step) {
    StringBuilder text = new StringBuilder();
    TokenFile tokens = new TokenFile();
    int i = 0;
    for (Group group : step.groups()) {
      int sample = 0;
      for (Rollout r : group.rollouts()) {
        ObjectNode line = line(step, group, r, sample++, i);
        if (tokenizer != null) {
          boolean isKept = i < step.advantages().length;
          float[] none = new float[0];
          long[] place =
              tokens.add(
                  r.trajectory(),
                  isKept ? step.trainer()[i] : none,
                  isKept ? step.advantages()[i] : none);
          line.putObject(TOKENS).put("offset", place[0]).put("bytes", place[1]);
        }
        text.append(Json.line(line)).append('\n');
        i++;
      }
    }
    if (tokenizer != null) {
      byte[] bytes = tokens.bytes(tokenizer);
      SafeFiles.replace(
          folder.resolve(name(step.number()) + ".bin"), path -> Files.write(path, bytes));
    }
    SafeFiles.replace(file(step.number()), text.toString());
  }

  /// Makes the line of a rollout.
  ///
  /// @param i its number among those that are learned from, which are first
  private static ObjectNode line(Step step, Group group, Rollout r, int sample, int i) {
    boolean isKept = i < step.advantages().length;
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("step", step.number());
    if (group.problem().task() != null) {
      line.put("task", group.problem().task());
    }
    line.put("problem_id", group.problem().id()).put("sample", sample);
    line.put("source", group.problem().source());
    line.put("prompt", group.problem().text());
    line.put("gold", group.problem().answer());
    line.put("completion", r.graded().response().text());
    line.put("verdict", r.graded().verdict().toString());
    r.graded().parts().forEach(line::put);
    line.put("reward", r.graded().trainable() ? r.reward() : r.graded().total());
    if (isKept) {
      line.put("advantage", mean(step.advantages()[i]));
    } else {
      line.putNull("advantage");
    }
    line.put("tokens", r.length());
    line.put("finish_reason", r.graded().response().reason().toString());
    String dropped = dropped(r, isKept, step.maskTruncated());
    if (!dropped.isEmpty()) {
      line.put("dropped", dropped);
    }
    if (r.trajectory().turns() > 1) {
      putTurns(line, r);
    }
    if (!r.graded().trouble().isEmpty()) {
      line.put("trouble", r.graded().trouble());
    }
    return line;
  }

  /// Returns the mean over a completion's tokens; 0 where none is in the loss.
  private static double mean(float[] advantages) {
    double sum = 0;
    for (float a : advantages) {
      sum += a;
    }
    return sum / Math.max(1, advantages.length);
  }

  /// Returns why a rollout is not learned from, in the words of the metrics that count them; empty
  /// where it is.
  private static String dropped(Rollout rollout, boolean isKept, boolean maskTruncated) {
    if (!isKept) {
      return "filtered"; // its group has no signal
    }
    if (!rollout.graded().trainable()) {
      return rollout.graded().verdict().toString();
    }
    return maskTruncated && rollout.isTruncated() ? "truncated" : "";
  }

  /// Writes what was read and what was sampled, turn by turn: the text says only how it ended.
  private static void putTurns(ObjectNode line, Rollout rollout) {
    line.put("turns", rollout.trajectory().turns()).put("ending", rollout.ending().toString());
    ArrayNode points = line.putArray("turn_points");
    for (double p : rollout.turnPoints()) {
      points.add(p);
    }
    ArrayNode segments = line.putArray("segments");
    for (Segment s : rollout.trajectory().segments()) {
      ObjectNode segment = segments.addObject().put("learned", s.learned());
      if (s.anew()) {
        segment.put("anew", true);
      }
      ArrayNode ids = segment.putArray("token_ids");
      for (int id : s.ids()) {
        ids.add(id);
      }
    }
  }

  /// Deletes the files of steps that will be made again.
  public void dropAfter(int step) {
    settle();
    SafeFiles.delete(together());
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName()).replaceFirst("[.].*", "");
        if (name.compareTo(name(step)) > 0) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new BadInput(folder + ": could not be cleaned up: " + e.getMessage(), e);
    }
  }

  private static String name(int step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  private Path file(int step) {
    return folder.resolve(name(step) + ".jsonl");
  }

  /// Writes the Parquet file; a run does not fail for it.
  private void putTogether() {
    Path together = together();
    try (Stream<Path> files = Files.list(folder)) {
      RolloutLines.toParquet(
          files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList(), together);
    } catch (IOException | BadInput e) {
      System.err.println(together + " was not written; the lines are there: " + e.getMessage());
    }
  }

  private Path together() {
    return folder.resolveSibling(folder.getFileName() + ".parquet");
  }

  /// Waits until everything is written, and writes the Parquet file.
  @Override
  public void close() {
    try {
      settle();
      if (writer != null && written) {
        putTogether();
      }
    } finally {
      if (writer != null) {
        writer.shutdown();
      }
    }
  }
}
