package dev.tesuji.tracking;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Reads on in a run's metrics from where they have arrived.
final class MetricsTail {
  private static final int MOST = 1000; // metrics of a request
  private static final int BYTES = 4 << 20; // read at once
  private static final String STEP = "step";

  private final Path file;

  MetricsTail(Path file) {
    this.file = file;
  }

  /// Metrics that have not arrived.
  ///
  /// @param metrics as MLflow takes them
  /// @param offset where the lines end that they were read from
  /// @param last the last of these lines
  /// @param seconds the time of the run's steps up to there
  record Batch(ArrayNode metrics, long offset, String last, double seconds) {}

  /// Reads the next lines after those that have arrived. Where the file no longer has these, since
  /// steps are being made again, begins from its start.
  ///
  /// @return no metrics where there is no whole line
  Batch next(TrackingState state) {
    Batch none = new Batch(Json.MAPPER.createArrayNode(), state.offset, state.last, state.seconds);
    if (!Files.exists(file)) {
      return none;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      Batch begin = holds(in, state) ? none : new Batch(Json.MAPPER.createArrayNode(), 0, "", 0);
      in.seek(begin.offset());
      byte[] bytes = new byte[(int) Math.min(BYTES, in.length() - begin.offset())];
      in.readFully(bytes);
      return read(bytes, begin, state.start);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Returns whether the line that arrived last still stands where it stood.
  private static boolean holds(RandomAccessFile in, TrackingState state) throws IOException {
    byte[] line = (state.last + "\n").getBytes(StandardCharsets.UTF_8);
    long begin = state.offset - line.length;
    if (state.offset == 0) {
      return true;
    }
    if (begin < 0 || state.offset > in.length()) {
      return false;
    }
    byte[] there = new byte[line.length];
    in.seek(begin);
    in.readFully(there);
    return Arrays.equals(line, there);
  }

  private static Batch read(byte[] bytes, Batch begin, long start) {
    Batch batch = begin;
    int from = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        from = end + 1;
        JsonNode json = parsed(line);
        int before = batch.metrics().size();
        double seconds = batch.seconds() + json.path("step_time").asDouble(0);
        add(batch.metrics(), json, start + Math.round(1000 * seconds));
        if (batch.metrics().size() > MOST && before > 0) {
          while (batch.metrics().size() > before) {
            batch.metrics().remove(batch.metrics().size() - 1);
          }
          return batch;
        }
        batch = new Batch(batch.metrics(), begin.offset() + from, line, seconds);
      }
    }
    return batch;
  }

  private static JsonNode parsed(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JacksonException e) {
      return Json.MAPPER.createObjectNode(); // what a full disk has left of a line
    }
  }

  private static void add(ArrayNode metrics, JsonNode line, long time) {
    String stage = line.path("stage").asString("");
    line.properties()
        .forEach(e -> {
          JsonNode value = e.getValue();
          if (value.isNumber()
              && !e.getKey().equals(STEP)
              && Double.isFinite(value.doubleValue())) {
            metrics
                .addObject()
                .put("key", Names.allowed(stage + "/" + e.getKey()))
                .put("value", value.doubleValue())
                .put("timestamp", time)
                .put(STEP, line.path(STEP).asLong(0));
          }
        });
  }
}
