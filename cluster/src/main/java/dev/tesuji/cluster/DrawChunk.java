package dev.tesuji.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
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
      Attempt by = Attempt.of(context, start);
      return switch (answer) {
        case ExecutorEngine.Answer.Samples(List<Chunk.Sample> samples) ->
            new Chunk.Drawn("", samples, by);
        case ExecutorEngine.Answer.Refusal(String difference) ->
            new Chunk.Drawn(by.refusal(difference), List.of(), by);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was told to stop", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
