package dev.tesuji.cluster;

import dev.tesuji.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The work of a fleet since its driver was started, for reports and the progress line. Any thread
/// may tell it something.
final class FleetAccount {
  private final String master;
  private final Map<String, Executor> executors = new LinkedHashMap<>();
  private int chunks;
  private int updates; // tasks of updates
  private long sumBytes; // of gradients that executors sent
  private int updatesAgain; // that were not done at their first attempt
  private int again; // chunks that were not drawn at their first attempt
  private int lost; // attempts that ended with their executors
  private int failed; // attempts that ended otherwise and gave nothing
  private int versions;
  private long bytes;

  /// Makes an empty one.
  ///
  /// @param master where the cluster is
  FleetAccount(String master) {
    this.master = master;
  }

  /// The work of one executor.
  private static final class Executor {
    private final String host;
    private boolean gone;
    private int chunks;
    private int updates; // tasks of updates
    private int lost;
    private long samples;
    private long tokens;
    private double learning; // seconds
    private double seconds; // in which at least one chunk was being drawn
    private double until = Double.NEGATIVE_INFINITY; // the end of the last of these

    private Executor(String host) {
      this.host = host;
    }
  }

  private Executor executor(String id, String host) {
    return executors.computeIfAbsent(id, _ -> new Executor(host));
  }

  /// An executor is there.
  synchronized void joined(String id, String host) {
    executor(id, host);
  }

  /// An executor is lost.
  synchronized void left(String id) {
    executor(id, "").gone = true;
  }

  /// A chunk is back, which counts once.
  ///
  /// @param now when, in seconds of any clock that goes on
  synchronized void drew(Chunk.Drawn drawn, double now) {
    Executor executor = executor(drawn.by().executor(), drawn.by().host());
    chunks++;
    again += drawn.by().number() > 0 ? 1 : 0;
    executor.chunks++;
    executor.samples += drawn.completions().size();
    executor.tokens += drawn.completions().stream().mapToLong(s -> s.tokens().length).sum();
    executor.seconds += Math.min(drawn.by().seconds(), now - executor.until);
    executor.until = now;
  }

  /// Some leaves of an update are back, which count once.
  ///
  /// @param size of their sums, in bytes
  synchronized void learned(Attempt by, long size) {
    Executor executor = executor(by.executor(), by.host());
    updates++;
    updatesAgain += by.number() > 0 ? 1 : 0;
    sumBytes += size;
    executor.updates++;
    executor.learning += by.seconds();
  }

  /// An attempt at a chunk ended with its executor.
  synchronized void lost(String id) {
    lost++;
    executor(id, "").lost++;
  }

  /// An attempt at a chunk failed on an executor that lives.
  synchronized void failed() {
    failed++;
  }

  /// Weights were written for the executors.
  synchronized void published(long size) {
    versions++;
    bytes += size;
  }

  synchronized int chunks() {
    return chunks;
  }

  synchronized int again() {
    return again;
  }

  /// Returns a few words for the progress line.
  ///
  /// @param alive how many executors are there now
  synchronized String note(int alive) {
    return alive
        + (alive == 1 ? " executor, " : " executors, ")
        + (again + updatesAgain)
        + " retried, "
        + lost
        + " lost chunks";
  }

  /// Returns all of it, as `report.json` has it.
  synchronized ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("master", master);
    json.put("chunks", chunks).put("retried_chunks", again);
    json.put("lost_chunks", lost).put("failed_chunks", failed);
    json.put("update_tasks", updates).put("retried_update_tasks", updatesAgain);
    json.put("gradient_bytes", sumBytes);
    json.put("versions", versions).put("published_bytes", bytes);
    ArrayNode all = json.putArray("executors");
    executors.forEach((id, e) -> {
      ObjectNode row = all.addObject().put("id", id).put("host", e.host).put("lost", e.gone);
      row.put("chunks", e.chunks).put("lost_chunks", e.lost);
      row.put("update_tasks", e.updates).put("update_seconds", e.learning);
      row.put("samples", e.samples).put("tokens", e.tokens).put("seconds", e.seconds);
      if (e.seconds > 0) {
        row.put("tokens_per_second", e.tokens / e.seconds);
      }
    });
    return json;
  }
}
