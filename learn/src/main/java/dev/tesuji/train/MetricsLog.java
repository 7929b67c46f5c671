package dev.tesuji.train;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.RunDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Appends the metrics of a stage to `metrics.jsonl` and to TensorBoard events.
public final class MetricsLog implements AutoCloseable {
  private final Path file;
  private final String stage;
  private final BufferedWriter writer;
  private final TensorBoard board;

  private MetricsLog(Path file, String stage, BufferedWriter writer, TensorBoard board) {
    this.file = file;
    this.stage = stage;
    this.writer = writer;
    this.board = board;
  }

  /// Opens the log of a stage that continues after `lastStep`; what was logged of later steps,
  /// which will be made again, is dropped, and so is half a line that a kill has left.
  public static MetricsLog open(RunDirectory run, String stage, int lastStep) {
    Path file = run.metrics();
    List<ObjectNode> kept = new ArrayList<>();
    if (Files.exists(file)) {
      cutToWholeLines(file);
      JsonLines.forEach(
          file,
          row -> {
            boolean later =
                row.fields().path("stage").asString("").equals(stage)
                    && row.fields().path("step").asInt() > lastStep;
            if (!later) {
              kept.add(row.fields());
            }
          });
    }
    StringBuilder text = new StringBuilder();
    kept.forEach(node -> text.append(Json.line(node)).append('\n'));
    SafeFiles.replace(file, text.toString());
    try {
      TensorBoard board = TensorBoard.create(run.events(stage));
      for (ObjectNode node : kept) {
        if (node.path("stage").asString("").equals(stage)) {
          board.add(node.path("step").asInt(), metrics(node));
        }
      }
      return new MetricsLog(
          file, stage, Files.newBufferedWriter(file, StandardOpenOption.APPEND), board);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Logs what was measured of the model that a stage has made, or starts from, unless it is there:
  /// a run that was killed right after that measures it again.
  public static void note(RunDirectory run, String stage, int step, Metrics metrics) {
    try (MetricsLog log = open(run, stage, Integer.MAX_VALUE)) {
      if (!Files.readAllLines(run.metrics()).contains(Json.line(log.node(step, metrics)))) {
        log.add(step, metrics);
      }
    } catch (IOException e) {
      throw SafeFiles.failed(run.metrics(), e);
    }
  }

  private static void cutToWholeLines(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      long end = channel.size();
      while (end > 0 && channel.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
        end--;
      }
      channel.truncate(end);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  private ObjectNode node(int step, Metrics metrics) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("stage", stage).put("step", step);
    metrics.values().forEach(node::put);
    return node;
  }

  /// Appends the metrics of a step.
  ///
  /// @param step the step, counted from 1
  public void add(int step, Metrics metrics) {
    try {
      writer.write(Json.line(node(step, metrics)));
      writer.newLine();
      writer.flush();
      board.add(step, metrics);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Reads the numbers of a line back.
  static Metrics metrics(ObjectNode node) {
    Metrics metrics = new Metrics();
    node.properties()
        .forEach(e -> {
          if (e.getValue().isNumber() && !e.getKey().equals("step")) {
            metrics.put(e.getKey(), e.getValue().doubleValue());
          }
        });
    return metrics;
  }

  @Override
  public void close() {
    try {
      writer.close();
      board.close();
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }
}
