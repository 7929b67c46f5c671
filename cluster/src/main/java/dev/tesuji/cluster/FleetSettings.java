package dev.tesuji.cluster;

import dev.tesuji.check.Require;
import java.nio.file.Path;
import java.util.Map;

/// The fleet that a run samples on.
///
/// @param master where the cluster is, as Spark writes it: `spark://HOST:PORT`
/// @param executors how many machines' shares to ask for; a run begins with all of them
/// @param cores of each executor; its engine uses all, and as many chunks are in it at once
/// @param memory of each executor's heap, as Spark writes it; weights and keys lie outside of it
/// @param partitions how many chunks a job has; 0 for twice as many as the fleet has cores
/// @param weights the folder of published weights, which all executors see at the same place
/// @param waitSeconds how long to wait for the master, for executors, and for one to come back when
///   all are lost
/// @param classPath the jars that executors load Tesuji from, at the same place on each machine
/// @param conf further settings of Spark's, which go before those made here
public record FleetSettings(
    String master,
    int executors,
    int cores,
    String memory,
    int partitions,
    Path weights,
    int waitSeconds,
    String classPath,
    Map<String, String> conf) {
  /// The version of this program, which drivers and executors must share.
  public static final String VERSION = "0.2.0";

  /// Checks the ranges.
  public FleetSettings {
    Require.atLeast(1, "executors", executors);
    Require.atLeast(1, "cores", cores);
    Require.atLeast(0, "partitions", partitions);
    Require.atLeast(1, "waitSeconds", waitSeconds);
    conf = Map.copyOf(conf);
  }

  /// Returns how many chunks a job has that is large enough.
  int chunks() {
    return partitions > 0 ? partitions : 2 * executors * cores;
  }
}
