package dev.tesuji.cluster;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/// An attempt at a task that gave something.
///
/// @param number how many attempts at the same task there were before
/// @param executor its name
/// @param host where that is
/// @param seconds how long it took
record Attempt(int number, String executor, String host, double seconds) implements Serializable {
  private static final long serialVersionUID = 1;

  /// Describes the task that this thread runs.
  ///
  /// @param start when it began, as of [System#nanoTime]
  static Attempt of(TaskContext context, long start) {
    return new Attempt(
        context.attemptNumber(),
        SparkEnv.get().executorId(),
        SparkEnv.get().blockManager().blockManagerId().host(),
        (System.nanoTime() - start) / 1e9);
  }

  /// Says what of this executor differs.
  String refusal(String difference) {
    return "executor " + executor + " on " + host + ": " + difference;
  }
}
