package dev.tesuji.run;

import dev.tesuji.input.Json;
import dev.tesuji.input.JsonLines;
import dev.tesuji.input.SafeFiles;
import java.io.BufferedWriter;
import java.io.IOException;
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
  /// which will be made again, is dropped.
  public static MetricsLog open(RunDirectory run, String stage, int lastStep) {
    Path file = run.metrics();
    List<ObjectNode> kept = new ArrayList<>();
    if (Files.exists(file)) {
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

  /// Appends the metrics of a step.
  ///
  /// @param step the step, counted from 1
  public void add(int step, Metrics metrics) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("stage", stage).put("step", step);
    metrics.values().forEach(node::put);
    try {
      writer.write(Json.line(node));
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
