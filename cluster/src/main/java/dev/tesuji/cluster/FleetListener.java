package dev.tesuji.cluster;

import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/// Tells a fleet's account what Spark says of executors and of attempts.
final class FleetListener extends SparkListener {
  private final FleetAccount account;

  FleetListener(FleetAccount account) {
    this.account = account;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    account.joined(added.executorId(), added.executorInfo().executorHost());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    account.left(removed.executorId());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    TaskEndReason reason = end.reason();
    if (reason instanceof ExecutorLostFailure lost) {
      account.lost(lost.execId());
    } else if (!reason.equals(Success$.MODULE$) && !(reason instanceof TaskKilled)) {
      account.failed();
    }
  }
}
