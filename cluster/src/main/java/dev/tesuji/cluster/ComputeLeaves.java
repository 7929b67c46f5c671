package dev.tesuji.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import scala.Function2;
import scala.collection.Iterator;

/// The work of a task of an update: computes its leaves with the model of the executor that it runs
/// in.
///
/// @param update what the tasks have in common
record ComputeLeaves(LeafTask.Update update)
    implements Function2<TaskContext, Iterator<LeafTask>, LeafTask.Done>, Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public LeafTask.Done apply(TaskContext context, Iterator<LeafTask> tasks) {
    try {
      return ExecutorTrainer.HERE.compute(update, tasks.next(), context);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was told to stop", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
