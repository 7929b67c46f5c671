package dev.tesuji.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import scala.Function2;
import scala.collection.Iterator;

/// The work of a task: draws its one chunk with the engine of the executor that it runs in.
///
/// @param order what the chunks have in common
record DrawChunk(Order order)
    implements Function2<TaskContext, Iterator<Chunk>, Chunk.Drawn>, Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public Chunk.Drawn apply(TaskContext context, Iterator<Chunk> chunks) {
    long start = System.nanoTime();
    try {
      ExecutorEngine.Answer answer = ExecutorEngine.HERE.draw(order, chunks.next());
      double seconds = (System.nanoTime() - start) / 1e9;
      return switch (answer) {
        case ExecutorEngine.Answer.Samples(List<Chunk.Sample> samples) ->
            drawn("", samples, context, seconds);
        case ExecutorEngine.Answer.Refusal(String difference) ->
            drawn(
                "executor " + id() + " on " + host() + ": " + difference,
                List.of(),
                context,
                seconds);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was told to stop", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Chunk.Drawn drawn(
      String refusal, List<Chunk.Sample> samples, TaskContext context, double seconds) {
    return new Chunk.Drawn(refusal, samples, context.attemptNumber(), id(), host(), seconds);
  }

  private static String id() {
    return SparkEnv.get().executorId();
  }

  private static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }
}
